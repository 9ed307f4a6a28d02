locals {
  admins   = ["arn:aws:iam::111122223333:role/admin"]
  teams    = [["arn:aws:iam::111122223333:role/a"], [], [["arn:aws:iam::111122223333:role/b", "arn:aws:iam::111122223333:role/admin"]]]
  everyone = distinct(concat(local.admins, flatten(local.teams)))
}

resource "aws_kms_key" "team" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = local.everyone }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
