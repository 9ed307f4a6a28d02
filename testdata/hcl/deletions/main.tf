resource "aws_kms_key" "heredoc" {
  description = "Written as text"

  tags {
    Name = "heredoc"
  }

  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Owner",
      "Effect": "Allow",
      "Principal": { "AWS": "${var.owner}" },
      "Action": ["kms:*"],
      "Resource": "*"
    },
    {
      "Sid": "Anyone",
      "Effect": "Allow",
      "Principal": { "AWS": "*" },
      "Action": ["kms:Decrypt", "kms:Encrypt"],
      "Resource": "*"
    }
  ]
}
EOF

  enable_key_rotation = true
}

resource "aws_kms_key" "encoded" {
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Owner"
        Effect    = "Allow"
        Principal = { AWS = var.owner }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Anyone"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action = [
          "kms:Decrypt",
          "kms:Encrypt",
        ]
        Resource = "*"
      }
    ]
  })

  tags = {
    Name = "encoded"
  }
}

data "aws_iam_policy_document" "main" {
  statement {
    sid       = "Owner"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [var.owner]
    }
  }

  statement {
    sid = "Anyone"
    actions = [
      "kms:Decrypt",
      "kms:Encrypt",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_kms_key" "document" {
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.main.json

  tags = { Name = "document", Owner = "security" }
}

variable "owner" {
  default = "arn:aws:iam::111122223333:root"
}
