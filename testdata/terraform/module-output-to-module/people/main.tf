variable "names" {
  type = list(string)
}

resource "aws_iam_user" "person" {
  for_each = toset(var.names)
  name     = each.value
}

output "arns" {
  value = [for p in aws_iam_user.person : p.arn]
}

output "by_name" {
  value = { for name, p in aws_iam_user.person : name => p.arn }
}
