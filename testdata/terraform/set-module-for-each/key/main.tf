variable "name" {}

variable "same" {
  type = bool
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "${title(var.name)}${var.same}"
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
