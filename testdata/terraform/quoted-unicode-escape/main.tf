data "aws_caller_identity" "current" {}

resource "aws_kms_key" "short" {
  policy = "{\"Statement\":[{\"Sid\":\"cl\u00e9\\u0020\U0001f511\",\"Effect\":\"Allow\",\n\t\"Principal\":{\"AWS\":\"${data.aws_caller_identity.current.account_id}\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"
}
