resource "aws_kms_key" "app" {
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "app-key"
    Statement = [
      {
        Sid       = "Root"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid    = "NoDeletion"
        Effect = "Deny"
        Principal = {
          AWS = "*"
        }
        Action   = ["kms:ScheduleKeyDeletion", "kms:DisableKey"]
        Resource = "*"
        Condition = {
          StringNotLike = {
            "aws:PrincipalArn" = ["arn:aws:iam::111122223333:role/break-glass"]
          }
        }
      },
    ]
  })
}
