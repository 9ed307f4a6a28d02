# Both sides of a conditional become one type: 1 turns into "1" beside a string.
variable "numeric" {
  default = true
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.numeric ? 444455556666 : "unset" }
      Action    = var.numeric ? ["kms:Decrypt"] : null
      Resource  = "*"
      Condition = { Bool = { "aws:SecureTransport" = var.numeric ? true : "false" } }
    }]
  })
}
