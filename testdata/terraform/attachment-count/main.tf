variable "separate" {
  default = true
}

resource "aws_kms_key" "main" {
  count = 2
}

resource "aws_kms_key_policy" "main" {
  count  = var.separate ? 2 : 0
  key_id = aws_kms_key.main[count.index].id
  policy = jsonencode({ Id = "no. ${count.index}", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}
