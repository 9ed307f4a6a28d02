resource "aws_kms_key" "quoted" {
  policy = "{\"Version\": \"2012-10-17\", \"Statement\": {\"Sid\": \"é \u00e9 🔑\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"*\"}, \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}}"
}

resource "aws_kms_key" "encoded" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "é 🔑"
      Effect    = "Allow"
      Principal = "*"
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
