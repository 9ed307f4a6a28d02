locals {
  list = ["arn:aws:iam::444455556666:role/zero", "arn:aws:iam::444455556666:role/one"]
  map  = { "with.dot" = "kms:Decrypt", plain = "kms:Encrypt", "0" = "kms:Sign" }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = [local.list[0], local.list.1, local.list["1"], local.list[length(local.list) - 2]] }, Action = [local.map["with.dot"], local.map.plain, local.map["0"]], Resource = "*" },
    ]
  })
}
