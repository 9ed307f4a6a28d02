locals {
  owners = {
    sales = "444455556666"
    legal = "777788889999"
  }
}

data "aws_iam_policy_document" "key" {
  for_each = local.owners

  statement {
    sid       = title(each.key)
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${each.value}:root"]
    }
  }
}

resource "aws_kms_key" "owner" {
  for_each = local.owners
  policy   = data.aws_iam_policy_document.key[each.key].json
}
