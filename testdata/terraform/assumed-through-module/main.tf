variable "caller_role" {
  type = string
}

module "key" {
  source = "./key"
  users  = ["arn:aws:iam::111122223333:role/fixed", var.caller_role]
}
