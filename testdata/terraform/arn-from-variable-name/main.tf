variable "environment" {
  default = "live"
}

locals {
  topics = toset(["alarms", "orders"])
}

resource "aws_sns_topic" "each" {
  for_each = local.topics
  name     = "arn-from-variable-name-${var.environment}-${each.key}"
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        ArnEquals = { "aws:SourceArn" = [for key, topic in aws_sns_topic.each : topic.arn] }
      }
    }]
  })
}
