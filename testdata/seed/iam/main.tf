resource "aws_iam_user" "my-test-user" {
  count = 1
  name  = "payments-operator"
}
