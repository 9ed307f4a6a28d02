terraform {
  source = "${local.modules}//database?ref=v1"
}

locals {
  modules = "git::ssh://git@git.example.com/modules.git"
}

inputs = {
  policy = "{\"Statement\": [{\"Action\": \"kms:*\"}]}"
  key_policy = {
    actions = ["kms:*"]
  }
}
