# A tuple of one shape beside a tuple of another becomes a list: numbers turn into text, lengths may differ.
variable "wide" {
  default = true
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.wide ? [444455556666, 777788889999] : ["111122223333"] }
      Action    = var.wide ? toset(["kms:Sign", "kms:Decrypt"]) : []
      Resource  = "*"
    }]
  })
}
