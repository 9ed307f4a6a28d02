resource "aws_kms_key" "signing" {
  key_usage                          = "SIGN_VERIFY"
  customer_master_key_spec           = "RSA_3072"
  multi_region                       = true
  is_enabled                         = false
  deletion_window_in_days            = 7
  bypass_policy_lockout_safety_check = true
  policy                             = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = ["kms:Sign", "kms:PutKeyPolicy"], Resource = "*" }] })
}
