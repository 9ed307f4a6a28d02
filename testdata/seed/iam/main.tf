resource "aws_iam_user" "my-test-user" {
  count = "${length(var.usernames)}"
  name  = "${element(var.usernames, count.index)}"
}
