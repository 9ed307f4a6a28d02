resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        StringEquals = {
          "kms:EncryptionContext:build" = [
            filemd5("${path.module}/build.txt"),
            filesha1("${path.module}/build.txt"),
            filesha256("${path.module}/build.txt"),
            filesha512("${path.module}/build.txt"),
            filebase64sha256("${path.module}/build.txt"),
            filebase64sha512("${path.module}/build.txt"),
          ]
        }
      }
    }]
  })
}
