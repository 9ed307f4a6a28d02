variable "a" {}
variable "b" {}
variable "c" {}
variable "d" { default = "default" }

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id        = join("/", [var.a, var.b, var.c, var.d])
    Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }]
  })
}
