resource "aws_cloudwatch_log_group" "app" {
  name = "/arn-log-group-and-table/app"
}

resource "aws_dynamodb_table" "orders" {
  name         = "arn-log-group-and-table-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logs.eu-west-1.amazonaws.com" }
      Action    = ["kms:Encrypt*", "kms:Decrypt*"]
      Resource  = "*"
      Condition = {
        ArnEquals    = { "kms:EncryptionContext:aws:logs:arn" = "${aws_cloudwatch_log_group.app.arn}:*" }
        StringEquals = { "kms:EncryptionContext:aws:dynamodb:arn" = aws_dynamodb_table.orders.arn }
      }
    }]
  })
}
