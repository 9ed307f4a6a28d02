variable "admin_roles" {
  type    = list(string)
  default = ["ops", "sec"]
}

variable "emergency" {
  default = "arn:aws:iam::111122223333:user/emergency"
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type = "AWS"
      identifiers = concat(
        [for r in var.admin_roles : format("arn:aws:iam::%s:role/%s", data.aws_caller_identity.current.account_id, r)],
        compact(["", var.emergency]),
        ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"],
      )
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
