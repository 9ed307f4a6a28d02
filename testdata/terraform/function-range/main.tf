resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [for i in range(3) : {
      Sid       = "Shard${i}"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/shard-${i + 1}" }
      Action    = [for n in range(i, -1, -1) : ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey"][n]]
      Resource  = "*"
    }]
  })
}
