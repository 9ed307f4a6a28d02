# Statements built in locals from a map of consumers, flattened, filtered and joined with fixed ones.
locals {
  consumers = {
    lake   = { account = "444455556666", roles = ["etl", "query"], grants = true }
    portal = { account = "777788889999", roles = ["web"], grants = false }
  }

  use_statements = [for name, c in local.consumers : {
    Sid       = "Use${title(name)}"
    Effect    = "Allow"
    Principal = { AWS = [for r in c.roles : "arn:aws:iam::${c.account}:role/${name}-${r}"] }
    Action    = ["kms:Decrypt", "kms:DescribeKey"]
    Resource  = "*"
  }]

  grant_statements = flatten([for name, c in local.consumers : c.grants ? [{
    Sid       = "Grant${title(name)}"
    Effect    = "Allow"
    Principal = { AWS = ["arn:aws:iam::${c.account}:root"] }
    Action    = ["kms:CreateGrant"]
    Resource  = "*"
    Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
  }] : []])
}

resource "aws_kms_key" "lake" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.use_statements, local.grant_statements)
  })
}
