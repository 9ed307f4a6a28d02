variable "tier" {
  default = "silver"
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action = (
        var.tier == "gold" ? "kms:*" :
        var.tier == "silver" ? "kms:Decrypt" :
        "kms:DescribeKey"
      )
      Resource = var.tier == "gold" ? "*" : var.tier != "silver" ? "gone" : "*"
    }]
  })
}
