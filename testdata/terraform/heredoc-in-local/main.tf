locals {
  key_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Sid": "Root", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }
      ]
    }
  JSON
}

resource "aws_kms_key" "one" {
  policy = local.key_policy
}

resource "aws_kms_external_key" "two" {
  policy = "${local.key_policy}"
}
