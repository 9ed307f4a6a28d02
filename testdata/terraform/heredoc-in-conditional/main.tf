variable "open" {
  default = false
}

resource "aws_kms_key" "this" {
  policy = (var.open ? <<A
{ "Statement": [ { "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*" } ] }
A
    : <<B
{ "Statement": [ { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" } ] }
B
  )
}
