module "key" {
  source = "./key"
  statements = {
    read = {
      principals = ["arn:aws:iam::444455556666:role/reader"]
      conditions = [{ test = "StringEquals", variable = "kms:ViaService", values = ["s3.eu-west-1.amazonaws.com"] }]
    }
    all = {
      sid        = "Everything"
      actions    = ["kms:*"]
      principals = ["111122223333"]
    }
  }
}
