module "key" {
  source   = "./key"
  for_each = { orders = ["sns"], users = ["sqs", "s3"] }

  name     = each.key
  services = each.value
}

output "names" {
  value = values(module.key)[*].name
}
