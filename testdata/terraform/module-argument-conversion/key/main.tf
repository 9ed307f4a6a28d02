variable "accounts" {
  type = set(string)
}

variable "options" {
  type = object({
    admin = string
    deny  = optional(list(string), [])
  })
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id = jsonencode(var.options)
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.accounts }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = var.options.admin }, Action = "kms:*", Resource = "*", Condition = { StringNotEquals = { "kms:ViaService" = var.options.deny } } },
    ]
  })
}
