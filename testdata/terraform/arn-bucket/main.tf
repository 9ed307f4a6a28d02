resource "aws_s3_bucket" "logs" {
  bucket = "arn-bucket-logs"
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "kms:GenerateDataKey*"
      Resource  = "*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = aws_s3_bucket.logs.arn }
        StringEquals = { "kms:EncryptionContext:aws:s3:arn" = ["${aws_s3_bucket.logs.arn}/*", aws_s3_bucket.logs.id] }
      }
    }]
  })
}
