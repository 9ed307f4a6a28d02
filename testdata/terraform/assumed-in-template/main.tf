variable "auditor" {
  type = string
}

resource "aws_kms_key" "this" {
  policy = templatefile("${path.module}/policy.json.tpl", { auditor = var.auditor, extra = ["kms:Decrypt", "kms:DescribeKey"] })
}
