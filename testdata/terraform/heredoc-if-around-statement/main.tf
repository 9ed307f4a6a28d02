variable "cloudtrail" {
  default = false
}

variable "sns" {
  default = true
}

resource "aws_kms_key" "this" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
%{ if var.cloudtrail ~}
    {
      "Effect": "Allow",
      "Principal": { "Service": "cloudtrail.amazonaws.com" },
      "Action": "kms:GenerateDataKey*",
      "Resource": "*"
    },
%{ endif ~}
%{ if var.sns ~}
    {
      "Effect": "Allow",
      "Principal": { "Service": "sns.amazonaws.com" },
      "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
      "Resource": "*"
    },
%{ endif ~}
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
EOF
}
