resource "aws_kms_key" "this" {
  policy = jsonencode({ Version = var.policy_version, Statement = [local.root_statement, local.sns_statement] })
}
