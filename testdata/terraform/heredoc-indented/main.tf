data "aws_caller_identity" "me" {}
data "aws_region" "here" {}

resource "aws_kms_key" "logs" {
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Id": "logs",
      "Statement": [
        {
          "Sid": "Root",
          "Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"},
          "Action": ["kms:*"],
          "Resource": "*"
        },
        {
          "Sid": "CloudWatchLogs",
          "Effect": "Allow",
          "Principal": {"Service": "logs.${data.aws_region.here.name}.amazonaws.com"},
          "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
          "Resource": "*"
        }
      ]
    }
  EOT
}
