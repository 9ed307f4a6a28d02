variable "index" {
  type = number
}

resource "aws_kms_key" "this" {
  count  = 1
  policy = jsonencode({ Id = "k${var.index}", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }] })
}

output "policy" {
  value = one(aws_kms_key.this[*].policy)
}
