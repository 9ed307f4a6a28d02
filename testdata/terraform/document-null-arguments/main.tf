# A null argument is an argument not given.
variable "sid" {
  type    = string
  default = null
}

data "aws_iam_policy_document" "key" {
  version   = null
  policy_id = null

  statement {
    sid         = var.sid
    effect      = null
    actions     = ["kms:*"]
    not_actions = null
    resources   = null
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
