variable "allow_sns" {
  type    = bool
  default = true
}

variable "allow_logs" {
  type    = bool
  default = false
}

data "aws_region" "current" {}

resource "aws_kms_key" "app" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "Root"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action    = "kms:*"
        Resource  = "*"
      }],
      var.allow_sns ? [{
        Sid       = "Sns"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = ["kms:GenerateDataKey*", "kms:Decrypt"]
        Resource  = "*"
      }] : [],
      var.allow_logs ? [{
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${data.aws_region.current.name}.amazonaws.com" }
        Action    = "kms:Encrypt*"
        Resource  = "*"
      }] : [],
    )
  })
}
