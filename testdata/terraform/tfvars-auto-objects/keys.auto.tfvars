statements = [
  {
    who     = { AWS = ["arn:aws:iam::111122223333:root"] }
    actions = ["kms:*"]
  },
  {
    effect = "Deny"
    who = {
      Service = ["lambda.amazonaws.com"]
      AWS     = ["444455556666", "777788889999"]
    }
    actions = ["kms:CreateGrant", "kms:RevokeGrant"]
  },
]
