resource "aws_kinesis_stream" "events" {
  name        = "arn-stream-and-repository-events"
  shard_count = 1
}

resource "aws_ecr_repository" "app" {
  name = "arn-stream-and-repository/app"
}

resource "aws_cloudwatch_event_bus" "bus" {
  name = "arn-stream-and-repository"
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        ArnEquals = { "aws:SourceArn" = [
          aws_kinesis_stream.events.arn, aws_ecr_repository.app.arn, aws_cloudwatch_event_bus.bus.arn,
        ] }
      }
    }]
  })
}
