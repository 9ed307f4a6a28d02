locals {
  encoded = base64encode("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"kms:CallerAccount\":\"111122223333\"}}}]}")
}

resource "aws_kms_key" "this" {
  policy = base64decode(local.encoded)
}
