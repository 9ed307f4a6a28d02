locals {
  admins   = toset(["arn:aws:iam::111122223333:role/z", "arn:aws:iam::111122223333:role/b"])
  users    = toset(["arn:aws:iam::111122223333:role/b", "arn:aws:iam::111122223333:role/c"])
  services = setproduct(["logs", "s3"], ["eu-west-1", "us-east-1"])
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Sid = "Union", Effect = "Allow", Action = "kms:Decrypt", Resource = "*", Principal = { AWS = setunion(local.admins, local.users) } },
      { Sid = "Minus", Effect = "Allow", Action = "kms:Encrypt", Resource = "*", Principal = { AWS = setsubtract(local.admins, local.users) } },
      { Sid = "Both", Effect = "Allow", Action = "kms:ReEncrypt*", Resource = "*", Principal = { AWS = setintersection(local.admins, local.users) } },
      { Sid = "Product", Effect = "Allow", Action = "kms:Verify", Resource = "*", Principal = { Service = [for p in local.services : "${p[0]}.${p[1]}.amazonaws.com"] } },
    ]
  })
}
