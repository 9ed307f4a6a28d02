variable "account" {}
variable "role_name" {}

resource "aws_kms_key" "this" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::${var.account}:role/${var.role_name}-admin" }, "Action": "kms:*", "Resource": "*" }
  ]
}
EOF
}
