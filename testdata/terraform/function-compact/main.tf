variable "extra_role" {
  default = ""
}

variable "third_role" {
  type    = string
  default = null
}

resource "aws_kms_key" "team" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = compact(["arn:aws:iam::111122223333:role/main", var.extra_role, var.third_role]) }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
