locals {
  consumers = {
    web    = "arn:aws:iam::444455556666:role/web"
    batch  = "arn:aws:iam::777788889999:role/batch"
    albert = "arn:aws:iam::444455556666:user/albert"
  }
}

resource "aws_kms_key" "shared" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name, arn in local.consumers : {
      Sid       = "Use${title(name)}"
      Effect    = "Allow"
      Principal = { AWS = arn }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "*"
    }]
  })
}
