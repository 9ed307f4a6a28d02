locals {
  people = [
    { name = "ann", admin = true },
    { name = "bob", admin = false },
    { name = "cyd", admin = true },
  ]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = [for p in local.people : "arn:aws:iam::111122223333:user/${p.name}" if p.admin] }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = [for i, p in local.people : "arn:aws:iam::111122223333:user/${p.name}-${i}" if !p.admin] }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}
