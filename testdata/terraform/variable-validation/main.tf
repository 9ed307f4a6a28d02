variable "account" {
  default = "444455556666"

  validation {
    condition     = can(regex("^\\d{12}$", var.account))
    error_message = "An account id has twelve digits."
  }
}

variable "secretive" {
  default   = "arn:aws:iam::111122223333:role/quiet"
  sensitive = true
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.account }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = nonsensitive(var.secretive) }, Action = "kms:*", Resource = "*" },
    ]
  })
}
