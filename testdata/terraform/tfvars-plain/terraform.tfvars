admin = "arn:aws:iam::111122223333:role/platform"

services = [
  "sns",
  "sqs", # both
]
