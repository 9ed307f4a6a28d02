locals {
  apps = toset(["web", "job"])
}

resource "aws_iam_role" "app" {
  for_each           = local.apps
  name               = "reference-roles-foreach-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_kms_key" "shared" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = [for r in aws_iam_role.app : r.arn] }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = values(aws_iam_role.app)[*].arn }, Action = "kms:Encrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = aws_iam_role.app["web"].arn }, Action = "kms:Sign", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = { for k, r in aws_iam_role.app : k => r.arn }["job"] }, Action = "kms:Verify", Resource = "*" },
    ]
  })
}
