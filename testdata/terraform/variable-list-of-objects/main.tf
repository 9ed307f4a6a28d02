variable "grants" {
  type = list(object({
    sid        = string
    principals = list(string)
    actions    = list(string)
  }))
  default = [
    { sid = "Read", principals = ["arn:aws:iam::444455556666:role/r"], actions = ["kms:Decrypt"] },
    { sid = "Write", principals = ["arn:aws:iam::444455556666:role/w"], actions = ["kms:Encrypt", "kms:GenerateDataKey*"] },
  ]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for g in var.grants : {
      Sid       = g.sid
      Effect    = "Allow"
      Principal = { AWS = g.principals }
      Action    = g.actions
      Resource  = "*"
    }]
  })
}
