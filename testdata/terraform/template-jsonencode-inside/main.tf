resource "aws_kms_key" "this" {
  policy = templatefile("${path.module}/policy.tftpl", { services = { sns = "444455556666", sqs = "777788889999" } })
}
