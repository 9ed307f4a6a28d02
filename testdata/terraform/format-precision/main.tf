resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = format("%.3sOf%q", "orders", "x") == "ordOf\"x\"" ? "Cut" : "Whole"
      Effect    = "Allow"
      Principal = { AWS = format("%012.0f", 111122223333) }
      Action    = format("kms:%s%%", "Describe") == "kms:Describe%" ? "kms:*" : "kms:Decrypt"
      Resource  = "*"
      Condition = { StringEquals = { "kms:EncryptionContext:n" = format("%v|%v|%t|%b|%o|%X", 1.25, true, false, 5, 8, 255) } }
    }]
  })
}
