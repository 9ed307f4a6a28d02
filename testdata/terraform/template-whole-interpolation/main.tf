# A template of one interpolation is the value itself; anything around it makes it text.
locals {
  flag  = true
  roles = ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = "${local.flag}!"
      Effect    = "Allow"
      Principal = { AWS = "${local.roles}" }
      Action    = "${"kms:"}*"
      Resource  = "*"
      Condition = { Bool = { "aws:SecureTransport" = "${local.flag}", "aws:ViaAWSService" = "${local.flag}${""}" } }
    }]
  })
}
