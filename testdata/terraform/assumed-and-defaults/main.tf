variable "partner" {
  type = string
}

variable "stage" {
  default = "test"
}

data "aws_caller_identity" "current" {}

resource "aws_kms_key" "this" {
  count = var.stage == "test" ? 1 : 2
  policy = jsonencode({
    Id = "${var.stage}-${var.partner}"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${var.partner}:root" }, Action = var.stage == "test" ? "kms:Decrypt" : "kms:Sign", Resource = "*" },
    ]
  })
}
