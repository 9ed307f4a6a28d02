locals {
  secret = "not so secret"
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name, digest in {
      md5    = md5(local.secret)
      sha1   = sha1(local.secret)
      sha256 = sha256("é${local.secret}")
      sha512 = sha512(local.secret)
      b256   = base64sha256(local.secret)
      b512   = base64sha512("")
      } : {
      Sid       = name
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = { StringEquals = { "kms:EncryptionContext:digest" = digest } }
    }]
  })
}
