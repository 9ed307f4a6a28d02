resource "aws_iam_policy" "limit" {
  name = "arn-iam-policy-limit"
  path = "/limits/"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:ListKeys", Resource = "*" }]
  })
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:PrincipalTag/limit" = aws_iam_policy.limit.arn } }
    }]
  })
}
