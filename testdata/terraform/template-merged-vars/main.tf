locals {
  common = { stage = "prod", actions = ["kms:Decrypt", "kms:Encrypt"] }
}

resource "aws_kms_key" "this" {
  for_each = toset(["web", "job"])
  policy   = templatefile("${path.module}/policy.json", merge(local.common, { app = each.key }))
}
