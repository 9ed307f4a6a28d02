locals {
  defaults  = { Version = "2012-10-17", Id = "default", Statement = [] }
  statement = { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "111122223333" } }
  additions = [{ Id = "first" }, { Statement = [local.statement] }]
}

resource "aws_kms_key" "merged" {
  policy = jsonencode(merge(local.defaults, local.additions...))
}
