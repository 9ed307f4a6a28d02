variable "principals" {
  default = ["arn:aws:iam::444455556666:role/a", "777788889999", "sns.amazonaws.com"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS     = [for p in var.principals : startswith(p, "arn:") ? p : "arn:aws:iam::${p}:root" if !endswith(p, ".amazonaws.com")]
        Service = [for p in var.principals : p if endswith(p, ".amazonaws.com")]
      }
      Action   = "kms:Decrypt"
      Resource = "*"
    }]
  })
}
