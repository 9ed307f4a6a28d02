principal = "*"
actions   = ["kms:Encrypt", "kms:Decrypt"]
