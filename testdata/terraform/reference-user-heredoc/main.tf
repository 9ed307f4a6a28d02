variable "team" {
  default = "reference-user"
}

resource "aws_iam_user" "operator" {
  name = "${var.team}-operator"
  path = "/people/"
}

resource "aws_kms_key" "this" {
  policy = <<-EOF
    {
      "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "${aws_iam_user.operator.arn}" }, "Action": "kms:*", "Resource": "*" }
      ]
    }
  EOF
}
