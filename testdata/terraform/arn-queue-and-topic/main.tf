resource "aws_sqs_queue" "orders" {
  name = "arn-queue-and-topic-orders"
}

resource "aws_sns_topic" "orders" {
  name = "arn-queue-and-topic-orders"
}

data "aws_iam_policy_document" "main" {
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.orders.arn, aws_sqs_queue.orders.arn]
    }
  }
}

resource "aws_kms_key" "main" {
  policy = data.aws_iam_policy_document.main.json
}
