# ./unused is nobody's module here: its key does not exist in this plan.
resource "aws_kms_key" "here" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}
