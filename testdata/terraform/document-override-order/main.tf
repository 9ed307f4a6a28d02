# Later overrides beat earlier ones; statements without a sid are only added.
locals {
  first = jsonencode({
    Id = "first"
    Statement = [
      { Sid = "Use", Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "kms:Decrypt", Resource = "*" },
      { Effect = "Allow", Principal = { Service = ["sns.amazonaws.com"] }, Action = "kms:Encrypt", Resource = "*" },
    ]
  })
  second = jsonencode({
    Version = "2012-10-17"
    Id      = "second"
    Statement = [
      { Sid = "Use", Effect = "Allow", Principal = { AWS = ["777788889999", "444455556666"] }, Action = ["kms:Sign", "kms:Decrypt"], Resource = ["*"] },
    ]
  })
}

data "aws_iam_policy_document" "key" {
  policy_id                 = "own"
  override_policy_documents = [local.first, local.second]
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
