# Backslashes are JSON's own here, and $${ and %%{ are written for ${ and %{.
resource "aws_kms_key" "abac" {
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Team \"blue\" 100%%{sure}",
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
      "Action": "kms:Decrypt",
      "Resource": "*",
      "Condition": {
        "StringEquals": { "kms:EncryptionContext:team": "$${aws:PrincipalTag/team}" },
        "StringLike": { "aws:userid": "A$B\u002a" }
      }
    }
  ]
}
EOF
}
