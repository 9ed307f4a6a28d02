variable "flags" {
  type    = map(bool)
  default = { sns = true, sqs = false }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = alltrue(values(var.flags)) ? "Deny" : "Allow"
      Principal = { Service = anytrue([for k, v in var.flags : v]) ? "sns.amazonaws.com" : "s3.amazonaws.com" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = { NumericEquals = { n = [sum([1, 2.5]), max(2, 7), ceil(1.2), floor(1.8), abs(-3), parseint("ff", 16), pow(2, 10), signum(-8)] } }
    }]
  })
}
