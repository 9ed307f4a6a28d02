variable "deny" {
  default = true
}

resource "aws_kms_key" "short" {
  policy = "{\"Statement\":[{\"Effect\":\"%{if var.deny}Deny%{else}Allow%{endif}\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"kms:ScheduleKeyDeletion\",\"Resource\":\"*\"}]}"
}
