data "aws_caller_identity" "current" {}

resource "aws_kms_key" "this" {
  policy = templatefile("${path.module}/templates/key.json.tftpl", {
    account_id = data.aws_caller_identity.current.account_id
    readers    = ["arn:aws:iam::111122223333:role/r1", "arn:aws:iam::111122223333:role/r2"]
    trail      = true
  })
}
