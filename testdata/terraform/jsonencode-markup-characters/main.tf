resource "aws_kms_key" "markup" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "a<b>&c"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/R&D" }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringLike = { "aws:userid" = "$${aws:username}" } }
    }]
  })
}
