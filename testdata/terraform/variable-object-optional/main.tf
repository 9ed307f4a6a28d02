variable "key" {
  type = object({
    name    = string
    admins  = optional(list(string), ["arn:aws:iam::111122223333:root"])
    sid     = optional(string)
    actions = optional(object({ admin = optional(string, "kms:*"), use = string }), { use = "kms:Decrypt" })
  })
  default = {
    name    = "orders"
    ignored = "dropped by the type"
  }
}

resource "aws_kms_key" "orders" {
  description = var.key.name
  policy = jsonencode({
    Id = join(",", keys(var.key))
    Statement = [
      { Sid = var.key.sid, Effect = "Allow", Principal = { AWS = var.key.admins }, Action = var.key.actions.admin, Resource = "*" },
      { Effect = "Allow", Principal = { AWS = var.key.admins[0] }, Action = var.key.actions.use, Resource = "*" },
    ]
  })
}
