locals {
  key_id = aws_kms_key.main.id
}

resource "aws_kms_key" "main" {}

resource "aws_kms_key_policy" "main" {
  key_id = local.key_id
  policy = <<-EOF
    { "Statement": [ { "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:*", "Resource": "*" } ] }
  EOF
}
