# One document, on a key and as another service's policy text.
data "aws_iam_policy_document" "shared" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "one" {
  policy = data.aws_iam_policy_document.shared.json
}

resource "aws_kms_key" "two" {
  policy = data.aws_iam_policy_document.shared.json
}

resource "aws_sqs_queue" "queue" {
  name   = "document-used-twice"
  policy = data.aws_iam_policy_document.shared.json
}
