# A data source takes an ARN apart; it asks nobody.
data "aws_arn" "role" {
  arn = "arn:aws:iam::444455556666:role/service/app"
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:${data.aws_arn.role.partition}:iam::${data.aws_arn.role.account}:root" }
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
