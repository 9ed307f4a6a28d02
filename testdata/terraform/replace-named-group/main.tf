resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = replace("orders-eu", "/(?P<name>[a-z]+)-(?P<place>[a-z]+)/", "${"$"}{place}X$name")
      Effect    = "Allow"
      Principal = { AWS = replace("x444455556666x", "/x/", "") }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
