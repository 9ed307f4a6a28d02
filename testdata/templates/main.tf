variable "reader" {
  default = "*"
}

resource "aws_kms_key" "orders" {
  policy = templatefile("${path.module}/key.json.tftpl", { reader = var.reader, admins = [] })
}
