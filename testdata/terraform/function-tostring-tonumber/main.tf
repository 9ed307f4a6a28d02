variable "account" {
  type    = number
  default = 444455556666
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = tostring(var.account) }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        Bool          = { "kms:BypassPolicyLockoutSafetyCheck" = tostring(false) }
        NumericEquals = { "kms:x" = tonumber("010"), "kms:y" = tostring(1.50), "kms:z" = "${2 / 4}" }
        Null          = { "kms:w" = tobool("true") }
      }
    }]
  })
}
