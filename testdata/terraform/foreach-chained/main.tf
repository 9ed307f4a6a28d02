# One resource's instances drive another's.
resource "aws_kms_key" "region" {
  for_each = { eu = "s3", us = "sqs" }

  policy = jsonencode({ Id = each.key, Statement = [{ Effect = "Allow", Principal = { Service = "${each.value}.amazonaws.com" }, Action = "kms:Decrypt", Resource = "*" }] })
}

resource "aws_kms_key_policy" "region" {
  for_each = aws_kms_key.region

  key_id = each.value.id
  policy = jsonencode({ Id = "attached-${each.key}", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}
