locals {
  service = "logs.REGION.amazonaws.com"
}

resource "aws_kms_key" "logs" {
  policy = jsonencode({
    Statement = [{
      Sid       = replace("allow logs_and more", "/[ _]+/", "")
      Effect    = "Allow"
      Principal = { Service = replace(local.service, "REGION", "eu-central-1") }
      Action    = replace("kms:Decrypt", "/^kms:(.)/", "kms:$1$${0}")
      Resource  = "*"
    }]
  })
}
