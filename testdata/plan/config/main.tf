resource "aws_iam_role" "orders" {
  name = "plan-orders"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_kms_key" "open" {
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" },
      { Sid = "Open", Effect = "Allow", Principal = "*", Action = ["kms:Decrypt"], Resource = "*" },
    ]
  })
}

# The role's ARN is known only after it is made.
resource "aws_kms_key" "later" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = aws_iam_role.orders.arn }, Action = "kms:Decyrpt", Resource = "*" },
    ]
  })
}

resource "aws_kms_key" "plain" {
  enable_key_rotation = true
}

resource "aws_kms_grant" "orders" {
  key_id            = aws_kms_key.open.key_id
  grantee_principal = aws_iam_role.orders.arn
  operations        = ["Decrypt"]
}

resource "aws_iam_policy" "reader" {
  name = "plan-reader"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }]
  })
}

module "kms" {
  source   = "./kms"
  for_each = toset(["eu"])
  reader   = "*"
}
