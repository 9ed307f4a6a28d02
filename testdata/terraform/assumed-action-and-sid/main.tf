variable "label" {}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = "${var.label}Use"
      Effect    = "Allow"
      Principal = { Service = "${lower("S3")}.amazonaws.com" }
      Action    = ["kms:Decrypt", "kms:${var.label}"]
      Resource  = "*"
      Condition = { StringEquals = { "kms:EncryptionContext:app" = var.label } }
    }]
  })
}
