# An ARN goes from one module through the root into another.
module "people" {
  source = "./people"
  names  = ["module-output-ann", "module-output-bob"]
}

module "key" {
  source = "./key"
  users  = module.people.arns
  lead   = module.people.by_name["module-output-bob"]
}
