module "key" {
  source = "./key"
}

resource "aws_kms_key_policy" "main" {
  key_id = module.key.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}
