resource "aws_iam_role" "app" {
  name = "arn-role-and-user-path-app"
  path = "/service/orders/"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_user" "ops" {
  name = "arn-role-and-user-path-ops"
  path = "/people/"
}

data "aws_iam_policy_document" "main" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.app.arn, aws_iam_user.ops.arn]
    }
  }
}

resource "aws_kms_key" "main" {
  policy = data.aws_iam_policy_document.main.json
}
