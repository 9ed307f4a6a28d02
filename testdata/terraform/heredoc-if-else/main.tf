variable "strict" {
  type    = bool
  default = true
}

resource "aws_kms_key" "this" {
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Admin",
          "Effect": "Allow",
          "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
          %{ if var.strict }
          "Action": ["kms:Describe*", "kms:Put*", "kms:ScheduleKeyDeletion"],
          %{ else }
          "Action": "kms:*",
          %{ endif }
          "Resource": "*"
        }
      ]
    }
  EOT
}
