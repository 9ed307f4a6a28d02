# The whole list is unknown: something stands where the principals are, nothing more can be said.
variable "readers" {
  type = list(string)
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.readers }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" },
    ]
  })
}
