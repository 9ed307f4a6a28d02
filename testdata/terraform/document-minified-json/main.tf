# minified_json and json are the same policy; it also travels through templates and functions.
data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_kms_key" "minified" {
  policy = data.aws_iam_policy_document.key.minified_json
}

resource "aws_kms_key" "template" {
  policy = "${data.aws_iam_policy_document.key.json}"
}

resource "aws_kms_key" "decoded" {
  policy = jsonencode(merge(jsondecode(data.aws_iam_policy_document.key.json), { Id = "decoded" }))
}
