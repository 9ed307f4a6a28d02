variable "accounts" {
  type = map

  default = {
    test = "444455556666"
    prod = "777788889999"
  }
}

variable "stage" {
  default = "test"
}

resource "aws_kms_key" "key" {
  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::${lookup(var.accounts, "${var.stage}")}:root" },
      "Action": ["kms:Decrypt"],
      "Resource": "*"
    },
    {
      "Effect": "${var.accounts["prod"] == var.accounts["test"] ? "Deny" : "Allow"}",
      "Principal": { "AWS": ["${join("\",\"", values(var.accounts))}"] },
      "Action": ["kms:Encrypt"],
      "Resource": "*"
    }
  ]
}
POLICY
}
