resource "aws_kms_key" "bare" {
  policy = file("policy.json")
}

resource "aws_kms_key" "own" {
  policy = file("${path.module}/policy.json")
}
