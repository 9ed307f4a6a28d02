resource "aws_kms_external_key" "primary" {
  multi_region        = true
  enabled             = true
  key_material_base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  policy              = local.policy
}

resource "aws_kms_replica_external_key" "other" {
  primary_key_arn     = aws_kms_external_key.primary.arn
  key_material_base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  policy              = local.policy
}

locals {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}
