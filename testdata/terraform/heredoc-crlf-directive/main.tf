locals {
  partners = ["444455556666", "777788889999"]
}

resource "aws_kms_key" "windows" {
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [
        %{~ for index, id in local.partners ~}
        {
          "Effect": "Allow",
          "Principal": { "AWS": "arn:aws:iam::${id}:root" },
          "Action": "kms:Decrypt",
          "Resource": "*"
        },
        %{~ endfor ~}
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" }
      ]
    }
  EOF
}
