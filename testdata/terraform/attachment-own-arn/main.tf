# The policy names the key it protects, which only a separate attachment can.
resource "aws_kms_key" "main" {}

resource "aws_kms_key_policy" "main" {
  key_id = aws_kms_key.main.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "kms:*"
      Resource  = aws_kms_key.main.arn
    }]
  })
}
