# The variable's type converts what the caller writes: extra attributes go, numbers become text, a tuple a set.
module "key" {
  source   = "./key"
  accounts = ["777788889999", 444455556666, "777788889999"]
  options = {
    admin   = "arn:aws:iam::111122223333:role/admin"
    unknown = "dropped"
  }
}
