variable "stage" {
  default = "prod"
}

locals {
  is_prod = var.stage == "prod"
  is_test = contains(["test", "dev"], var.stage) || var.stage == "qa"
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = concat(
      local.is_prod && !local.is_test ? [{ Effect = "Deny", Principal = "*", Action = "kms:ScheduleKeyDeletion", Resource = "*" }] : [],
      !local.is_prod || local.is_test ? [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] : [],
      [{ Sid = "${1 == "1"}-${"a" == "a"}-${[1, 2] == [1, 2]}-${{ a = 1 } == { a = 1 }}-${null == null}", Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "kms:*", Resource = "*" }],
    )
  })
}
