# A null argument replaces the default, unless the variable is not nullable.
module "key" {
  source = "./key"
  sid    = null
  id     = null
}
