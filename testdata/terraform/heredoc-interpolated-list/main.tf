variable "readers" {
  type    = list(string)
  default = ["arn:aws:iam::111122223333:role/report", "arn:aws:iam::111122223333:role/audit"]
}

resource "aws_kms_key" "reports" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
      "Action": "kms:*",
      "Resource": "*"
    },
    {
      "Sid": "Readers",
      "Effect": "Allow",
      "Principal": { "AWS": ${jsonencode(var.readers)} },
      "Action": ["kms:Decrypt", "kms:DescribeKey"],
      "Resource": "*"
    }
  ]
}
EOF
}
