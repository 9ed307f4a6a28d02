variable "enabled" {
  default = true
}

module "key" {
  source = "./key"
  count  = var.enabled ? 2 : 0
  index  = count.index
}

module "off" {
  source = "./key"
  count  = var.enabled ? 0 : 1
  index  = 99
}

resource "aws_kms_key" "uses" {
  policy = module.key[1].policy
}
