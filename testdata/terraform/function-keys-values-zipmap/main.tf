locals {
  partners = {
    west = "777788889999"
    east = "444455556666"
  }
  conditions = zipmap(["kms:CallerAccount", "kms:ViaService"], ["444455556666", "s3.eu-west-1.amazonaws.com"])
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = join("", [for k in keys(local.partners) : title(k)])
      Effect    = "Allow"
      Principal = { AWS = values(local.partners) }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = { StringEquals = local.conditions }
    }]
  })
}
