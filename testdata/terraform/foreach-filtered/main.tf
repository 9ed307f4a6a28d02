variable "apps" {
  default = {
    web  = { encrypted = true, role = "web-role" }
    docs = { encrypted = false, role = "docs-role" }
    "a.b/c" = { encrypted = true, role = "odd-role" }
  }
}

resource "aws_kms_key" "app" {
  for_each = { for name, app in var.apps : name => app if app.encrypted }

  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/${each.value.role}" }, Action = "kms:*", Resource = "*" }]
  })
}
