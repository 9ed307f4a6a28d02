provider "aws" {
  region = "eu-west-1"
}

module "iam" {
  source = "./iam"
}

module "kms" {
  source   = "./kms"
  user_arn = "${module.iam.aws_iam_user}"
}
