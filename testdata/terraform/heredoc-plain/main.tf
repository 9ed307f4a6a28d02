data "aws_caller_identity" "current" {}

resource "aws_kms_key" "logs" {
  description = "encrypts the application's logs"

  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AccountRoot",
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" },
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
POLICY
}
