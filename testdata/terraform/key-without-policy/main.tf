resource "aws_kms_key" "plain" {
  description             = "AWS's default policy"
  deletion_window_in_days = 10
}

resource "aws_kms_key" "null" {
  policy = null
}

variable "policy" {
  description = "a policy of your own"
  type        = string
  default     = null
}

resource "aws_kms_key" "optional" {
  policy = var.policy
}

resource "aws_kms_key" "empty" {
  policy = ""
}
