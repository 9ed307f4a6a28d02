locals {
  keys = yamldecode(file("${path.module}/keys.yaml"))["keys"]
}

resource "aws_kms_key" "this" {
  for_each    = { for k in local.keys : k.name => k }
  description = each.value.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for who in each.value.users : { Effect = "Allow", Principal = { AWS = who }, Action = try(each.value.actions, ["kms:Decrypt"]), Resource = "*" }]
  })
}
