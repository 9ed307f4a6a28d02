# Keys from a map of objects, aliases beside them, one document per key through for_each.
variable "keys" {
  type = map(object({
    admins = list(string)
    users  = optional(list(string), [])
  }))
  default = {
    "app/db"  = { admins = ["dba"] }
    "app/web" = { admins = ["ops", "dev"], users = ["web"] }
  }
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "key" {
  for_each = var.keys

  dynamic "statement" {
    for_each = { for kind, names in { Admin = each.value.admins, Use = each.value.users } : kind => names if length(names) > 0 }
    iterator = who
    content {
      sid       = who.key
      actions   = who.key == "Admin" ? ["kms:*"] : ["kms:Decrypt", "kms:Encrypt"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = [for n in who.value : "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${n}"]
      }
    }
  }
}

resource "aws_kms_key" "key" {
  for_each = var.keys
  policy   = data.aws_iam_policy_document.key[each.key].json
}

resource "aws_kms_alias" "key" {
  for_each      = aws_kms_key.key
  name          = "alias/${each.key}"
  target_key_id = each.value.key_id
}
