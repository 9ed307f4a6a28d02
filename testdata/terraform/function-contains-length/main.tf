variable "services" {
  default = ["cloudtrail", "sns"]
}

locals {
  root    = { Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }
  trail   = { Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "kms:GenerateDataKey*", Resource = "*" }
  storage = { Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "kms:GenerateDataKey", Resource = "*" }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = concat(
      [local.root],
      contains(var.services, "cloudtrail") ? [local.trail] : [],
      contains(var.services, "s3") ? [local.storage] : [],
      length(var.services) > 1 ? [{ Effect = "Deny", Principal = "*", Action = "kms:DeleteAlias", Resource = "*" }] : [],
      length("é🔑") == 2 && length({ a = 1 }) == 1 ? [{ Sid = "Counted", Effect = "Deny", Principal = "*", Action = "kms:UpdateAlias", Resource = "*" }] : [],
    )
  })
}
