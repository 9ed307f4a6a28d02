variable "user_arn" {}
