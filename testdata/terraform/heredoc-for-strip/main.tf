data "aws_caller_identity" "current" {}

locals {
  services = ["s3", "sqs", "sns"]
}

resource "aws_kms_key" "events" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Services",
      "Effect": "Allow",
      "Principal": {
        "Service": [
          %{~ for i, s in local.services ~}
          ${i > 0 ? "," : ""}"${s}.amazonaws.com"
          %{~ endfor ~}
        ]
      },
      "Action": "kms:Decrypt",
      "Resource": "*",
      "Condition": { "StringEquals": { "aws:SourceAccount": "${data.aws_caller_identity.current.account_id}" } }
    }
  ]
}
EOF
}
