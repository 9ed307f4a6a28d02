data "aws_caller_identity" "current" {}

variable "team" {
  default = "payments"
}

resource "aws_kms_key" "team" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "${title("${var.team} team")}",
      "Effect": "Allow",
      "Principal": {
        "AWS": "${format("arn:aws:iam::%s:role/%s", data.aws_caller_identity.current.account_id, "${var.team}-admin")}"
      },
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
EOF
}
