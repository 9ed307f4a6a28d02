variable "admin_arn" {
  type = string
}

variable "services" {
  type    = list(string)
  default = []
}

variable "actions" {
  type    = list(string)
  default = ["kms:*"]
}
