locals {
  text     = "orders=444455556666; billing=777788889999, orders=111122223333"
  accounts = regexall("[0-9]{12}", local.text)
  pairs    = { for pair in regexall("([a-z]+)=([0-9]+)", local.text) : pair[0] => pair[1]... }
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Principal = { AWS = [for id in local.accounts : "arn:aws:iam::${id}:root"] }
        Action    = "kms:*"
        Resource  = "*"
      }],
      [for name, ids in local.pairs : {
        Sid       = name
        Effect    = "Allow"
        Principal = { AWS = ids }
        Action    = "kms:DescribeKey"
        Resource  = "*"
      }],
    )
  })
}
