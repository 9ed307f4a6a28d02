# Maps iterate by key; the key itself serves as the sid.
locals {
  access = {
    Writers = { roles = ["w1", "w2"], actions = ["kms:Encrypt"] }
    Admins  = { roles = ["root-admin"], actions = ["kms:*"] }
  }
}

data "aws_iam_policy_document" "key" {
  dynamic "statement" {
    for_each = local.access
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = formatlist("arn:aws:iam::111122223333:role/%s", statement.value["roles"])
      }
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
