variable "statement" {
  default = <<-EOT
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "kms:Decrypt",
      "Resource": "*"
    }
  EOT
}

locals {
  greeting = "arn:aws:iam::$${account}:root"
}

resource "aws_kms_key" "this" {
  policy = <<-EOT
    {
      "Id": "${templatestring(local.greeting, { account = "444455556666" })}",
      "Statement": [
        ${indent(4, chomp(var.statement))}
      ]
    }
  EOT
}
