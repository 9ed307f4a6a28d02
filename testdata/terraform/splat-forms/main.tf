locals {
  roles = [
    { arn = "arn:aws:iam::444455556666:role/a", tags = [{ v = 1 }] },
    { arn = "arn:aws:iam::444455556666:role/b", tags = [{ v = 2 }, { v = 3 }] },
  ]
  single  = { arn = "arn:aws:iam::444455556666:role/solo" }
  nothing = null
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Sid = "full", Effect = "Allow", Principal = { AWS = local.roles[*].arn }, Action = "kms:Decrypt", Resource = "*" },
      { Sid = "attr", Effect = "Allow", Principal = { AWS = local.roles.*.arn }, Action = "kms:Decrypt", Resource = "*" },
      { Sid = "one", Effect = "Allow", Principal = { AWS = local.single[*].arn }, Action = "kms:Decrypt", Resource = "*" },
      { Sid = "none", Effect = "Deny", Principal = { AWS = local.nothing[*].arn }, Action = "kms:Decrypt", Resource = "*" },
      { Sid = "indexed", Effect = "Allow", Principal = { AWS = local.roles.*.arn[1] }, Action = "kms:Decrypt", Resource = "*" },
      { Sid = "first-${join("", local.roles[*].tags[0].v)}-${length(local.roles.*.tags.0)}", Effect = "Allow", Principal = "*", Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}
