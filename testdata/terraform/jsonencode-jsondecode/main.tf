locals {
  stock = <<EOF
{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}
EOF
}

resource "aws_kms_key" "mixed" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [jsondecode(local.stock), { Effect = "Deny", Principal = "*", Action = "kms:DeleteAlias", Resource = "*" }]
  })
}
