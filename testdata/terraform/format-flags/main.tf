locals {
  ids = [42, 7]
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = format("Key%05d%-4sX%4sY%.2f%+dZ%x", 42, "ab", "cd", 1.5, 7, 255)
      Effect    = "Allow"
      Principal = { AWS = formatlist("arn:aws:iam::%012d:root", [444455556666, 12345]) }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringEquals = { "kms:EncryptionContext:shard" = [for id in local.ids : format("%[2]s-%03[1]d", id, "s")] } }
    }]
  })
}
