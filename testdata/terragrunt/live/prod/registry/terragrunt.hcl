terraform {
  source = "tfr:///terraform-aws-modules/kms/aws?version=3.1.0"
}

inputs = {
  description    = "data"
  key_users      = ["arn:aws:iam::111122223333:role/app"]
  key_statements = [
    {
      sid        = "Anyone"
      actions    = ["kms:Decrypt"]
      resources  = ["*"]
      principals = [{ type = "*", identifiers = ["*"] }]
    }
  ]
}
