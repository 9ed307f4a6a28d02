include {
  path = find_in_parent_folders("missing.hcl")
}

terraform {
  source = "../../../modules/key"
}

inputs = merge(local.common, { admins = ["arn:aws:iam::111122223333:role/admin"] })
