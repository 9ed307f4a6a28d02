module "key" {
  source   = "./key"
  for_each = toset(["billing", "orders"])
  name     = each.key
  same     = each.key == each.value
}
