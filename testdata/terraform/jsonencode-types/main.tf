# Numbers, booleans and null stay what they are.
resource "aws_kms_key" "typed" {
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = null
    Statement = [{
      Sid       = "Root"
      Effect    = "Allow"
      Principal = { AWS = 111122223333 }
      Action    = "kms:*"
      Resource  = "*"
      Condition = {
        Bool            = { "kms:GrantIsForAWSResource" = true }
        NumericLessThan = { "aws:MultiFactorAuthAge" = 3600, "kms:PendingWindowInDays" = 7.5 }
      }
    }]
  })
}
