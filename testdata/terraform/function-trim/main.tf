resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = trimspace("\n  Root\t")
      Effect    = trim("??Allow!?", "?!")
      Principal = { AWS = trimsuffix(trimprefix("role:arn:aws:iam::111122223333:role/app/", "role:"), "/") }
      Action    = [chomp("kms:Decrypt\r\n\n"), trim("  kms:Encrypt ", " ")]
      Resource  = trimsuffix("*", "**")
    }]
  })
}
