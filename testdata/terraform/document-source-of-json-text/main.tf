# A source document written as JSON text: conditions, wildcards and scalars pass through the provider's own types.
data "aws_iam_policy_document" "key" {
  source_policy_documents = [<<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Org",
      "Effect": "Allow",
      "Principal": "*",
      "Action": ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey"],
      "Resource": ["*"],
      "Condition": {
        "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5", "kms:ViaService": ["s3.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"] },
        "Bool": { "aws:SecureTransport": true }
      }
    },
    {
      "Effect": "Deny",
      "NotPrincipal": { "AWS": ["111122223333"], "Service": "s3.amazonaws.com" },
      "NotAction": "kms:Describe*",
      "Resource": "*"
    }
  ]
}
EOF
  ]
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}
