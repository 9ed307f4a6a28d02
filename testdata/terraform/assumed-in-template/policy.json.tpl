{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Audit",
      "Effect": "Allow",
      "Principal": { "AWS": "${auditor}" },
      "Action": ${jsonencode(extra)},
      "Resource": "*"
    }
  ]
}
