variable "usernames" {
  type    = "list"
  default = ["payments-operator", "payments-auditor"]
}
