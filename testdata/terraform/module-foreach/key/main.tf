variable "name" {}

variable "services" {
  type = set(string)
}

resource "aws_kms_key" "this" {
  description = var.name
  policy = jsonencode({
    Id        = var.name
    Statement = [{ Effect = "Allow", Principal = { Service = [for s in var.services : "${s}.amazonaws.com"] }, Action = "kms:Decrypt", Resource = "*" }]
  })
}

output "name" {
  value = var.name
}
