data "aws_caller_identity" "current" {}

module "kms" {
  source = "./modules/kms"

  admin_arn = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/admin"
  services  = ["sns", "sqs"]
}
