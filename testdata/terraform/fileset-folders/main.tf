locals {
  files = fileset(path.module, "teams/**/*.txt")
  flat  = fileset("${path.module}/teams", "*.txt")
  below = fileset("${path.module}/teams", "*/*.txt")
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for name in local.files : {
        Sid       = replace(name, "/[^a-z]/", "")
        Effect    = "Allow"
        Principal = { AWS = trimspace(file("${path.module}/${name}")) }
        Action    = "kms:*"
        Resource  = "*"
      }],
      [{
        Sid       = "Names"
        Effect    = "Allow"
        Principal = { AWS = "111122223333" }
        Action    = "kms:DescribeKey"
        Resource  = "*"
        Condition = { StringEquals = { "kms:EncryptionContext:file" = concat(tolist(local.flat), [for key, name in local.below : key]) } }
      }],
    )
  })
}
