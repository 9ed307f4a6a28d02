resource "aws_kms_key" "a" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}

resource "aws_kms_key" "b" {
  policy = aws_kms_key.a.policy
}
