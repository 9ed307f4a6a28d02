variable "trusted_accounts" {
  default = "444455556666,777788889999"
}

resource "aws_kms_key" "shared" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "${join("-", ["Allow", "Trusted"])}",
      "Effect": "Allow",
      "Principal": { "AWS": ["${join("\", \"", formatlist("arn:aws:iam::%s:root", split(",", var.trusted_accounts)))}"] },
      "Action": "kms:Decrypt",
      "Resource": "*"
    }
  ]
}
EOF
}
