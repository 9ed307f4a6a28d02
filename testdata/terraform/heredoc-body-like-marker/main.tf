# A body line that begins like the marker but goes on does not end the text.
locals {
  true_text = <<EOF
EOF{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }
  ]
}
EOF
}

resource "aws_kms_key" "odd" {
  policy = trimprefix(local.true_text, "EOF")
}
