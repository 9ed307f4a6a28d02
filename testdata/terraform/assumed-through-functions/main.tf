# Functions of a value nobody knows: the join and the format keep the pieces around it.
variable "name" {
  type = string
}

locals {
  role = format("arn:aws:iam::%s:role/%s", "444455556666", var.name)
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id = join("-", ["key", var.name, "v1"])
    Statement = [
      { Effect = "Allow", Principal = { AWS = local.role }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = concat(["111122223333"], [local.role], formatlist("arn:aws:iam::%s:user/%s", ["555566667777"], var.name)) }, Action = "kms:Sign", Resource = "*" },
    ]
  })
}
