locals {
  table = csvdecode(<<-CSV
    name,account
    east,444455556666
    west,777788889999
  CSV
  )
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [for row in local.table : {
      Sid       = urlencode("${row.name} & co")
      Effect    = "Allow"
      Principal = { AWS = row.account }
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
