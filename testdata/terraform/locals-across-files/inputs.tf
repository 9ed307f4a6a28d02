variable "policy_version" { default = "2012-10-17" }

data "aws_caller_identity" "current" {}
