variable "admins" {
  type    = list(string)
  default = []
}

variable "policy" {
  type    = string
  default = null
}

variable "window" {
  type    = number
  default = 30
}

resource "aws_kms_key" "this" {
  description             = "data"
  enable_key_rotation     = true
  deletion_window_in_days = var.window
  policy                  = var.policy
}
