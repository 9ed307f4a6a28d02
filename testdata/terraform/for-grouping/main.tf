locals {
  access = [
    { level = "use", arn = "arn:aws:iam::444455556666:role/web" },
    { level = "admin", arn = "arn:aws:iam::444455556666:role/ops" },
    { level = "use", arn = "arn:aws:iam::444455556666:role/job" },
  ]
  by_level = { for a in local.access : a.level => a.arn... }
  actions  = { use = ["kms:Decrypt", "kms:Encrypt"], admin = ["kms:*"] }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [for level, arns in local.by_level : {
      Sid       = level
      Effect    = "Allow"
      Principal = { AWS = arns }
      Action    = local.actions[level]
      Resource  = "*"
    }]
  })
}
