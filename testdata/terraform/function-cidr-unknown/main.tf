variable "vpc_cidr" {
  default = "10.20.0.0/16"
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "kms:*"
      Resource  = "*"
      Condition = {
        IpAddress = { "aws:VpcSourceIp" = ["${cidrhost(var.vpc_cidr, 5)}/32", cidrsubnet(var.vpc_cidr, 8, 2)] }
      }
    }]
  })
}
