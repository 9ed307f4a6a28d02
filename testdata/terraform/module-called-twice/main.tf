module "first" {
  source = "./key"
  role   = "first"
}

module "second" {
  source = "./key"
  role   = "second"
  deny   = true
}
