resource "aws_kms_key" "this" {
  policy = file("${path.module}/policy.json")
}

resource "aws_kms_key" "changed" {
  policy = replace(file("${path.module}/policy.json"), "444455556666", "777788889999")
}
