output "aws_iam_user" {
  value = "${element(aws_iam_user.my-test-user.*.arn, 0)}"
}
