variable "role" {}

variable "deny" {
  type    = bool
  default = false
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = concat(
      [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/${var.role}" }, Action = "kms:*", Resource = "*" }],
      var.deny ? [{ Effect = "Deny", Principal = { AWS = "*" }, Action = "kms:ScheduleKeyDeletion", Resource = "*" }] : [],
    )
  })
}
