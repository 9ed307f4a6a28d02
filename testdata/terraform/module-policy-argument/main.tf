# The caller builds the document, the module only carries it; a null argument falls back to the module's own.
data "aws_iam_policy_document" "mine" {
  statement {
    sid       = "Mine"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

module "custom" {
  source = "./key"
  policy = data.aws_iam_policy_document.mine.json
}

module "fallback" {
  source = "./key"
  policy = null
}
