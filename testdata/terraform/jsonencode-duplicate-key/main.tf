resource "aws_kms_key" "again" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "kms:Decrypt"
      "Action"  = "kms:*"
      Resource  = "*"
    }]
  })
}
