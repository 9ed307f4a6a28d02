locals {
  session = "arn:aws:sts::111122223333:assumed-role/deploy/ci-42"
  role    = replace(local.session, "/^arn:aws:sts::([0-9]+):assumed-role\\/([^\\/]+)\\/.*$/", "arn:aws:iam::$1:role/$2")
  sid     = replace("orders & billing-team", "/[^0-9A-Za-z]+/", "")
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = local.sid
      Effect    = "Allow"
      Principal = { AWS = local.role }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringEquals = { "kms:EncryptionContext:team" = replace("a/b/c", "/b/", "-") } }
    }]
  })
}
