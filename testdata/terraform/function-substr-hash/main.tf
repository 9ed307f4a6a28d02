resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = "k${substr(sha256("main"), 0, 8)}${substr("abcdef", -3, -1)}${substr("añb", 1, 1)}"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/${substr("a-very-long-role-name", 0, 11)}" }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringEquals = { "kms:EncryptionContext:h" = [sha1("x"), md5("x"), sha512("x"), base64sha256("x")] } }
    }]
  })
}
