data "aws_iam_policy_document" "key" {
  source_policy_documents   = []
  override_policy_documents = null

  statement {
    sid       = "Ineffective"
    actions   = []
    resources = []
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
