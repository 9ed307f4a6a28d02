variable "policy" {
  type = string
}

resource "aws_kms_key" "own" {
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = var.policy
}
