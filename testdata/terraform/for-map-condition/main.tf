variable "context" {
  type    = map(string)
  default = { tenant = "blue", purpose = "invoices" }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        StringEquals = { for k, v in var.context : "kms:EncryptionContext:${k}" => v if v != "" }
        StringLike   = { for k in ["x", "y"] : "aws:ResourceTag/${k}" => [upper(k), "*"] }
      }
    }]
  })
}
