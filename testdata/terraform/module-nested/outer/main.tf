variable "stage" {}

locals {
  roles = { prod = "ops", test = "everyone" }
}

module "inner" {
  source = "../inner"
  role   = "arn:aws:iam::111122223333:role/${local.roles[var.stage]}"
}

resource "aws_kms_key" "copy" {
  policy = module.inner.policy
}
