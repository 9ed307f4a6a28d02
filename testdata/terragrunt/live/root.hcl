locals {
  account = read_terragrunt_config(find_in_parent_folders("account.hcl"))
}

remote_state {
  backend = "s3"
  config = {
    bucket = "state-${get_aws_account_id()}"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}

inputs = {
  tags   = { managed = "yes" }
  window = 30
}
