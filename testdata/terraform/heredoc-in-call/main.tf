resource "aws_kms_key" "this" {
  policy = replace(<<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::ACCOUNT:root" }, "Action": "kms:*", "Resource": "*" }
  ]
}
EOF
  , "ACCOUNT", "111122223333")
}
