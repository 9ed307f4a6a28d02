variable "override" {
  default = <<EOF
{ "Statement": [ { "Sid": "Use", "Effect": "Deny", "Principal": { "AWS": "777788889999" }, "Action": "kms:Decrypt", "Resource": "*" } ] }
EOF
}

data "aws_iam_policy_document" "key" {
  source_json   = ""
  override_json = var.override

  statement {
    sid       = "Use"
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["444455556666"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
