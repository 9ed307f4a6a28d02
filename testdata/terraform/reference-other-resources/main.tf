resource "aws_sns_topic" "alarms" {
  name = "reference-other-alarms"
}

resource "aws_s3_bucket" "logs" {
  bucket = "reference-other-logs"
}

resource "aws_cloudwatch_log_group" "app" {
  name = "/app/reference-other"
}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:GenerateDataKey*"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.alarms.arn, aws_s3_bucket.logs.arn, "${aws_cloudwatch_log_group.app.arn}:*"]
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
