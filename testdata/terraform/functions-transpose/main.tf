locals {
  teams = {
    orders  = ["444455556666", "777788889999"]
    billing = ["444455556666"]
  }
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for account, teams in transpose(local.teams) : {
      Sid       = join("And", [for team in teams : title(team)])
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${account}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
