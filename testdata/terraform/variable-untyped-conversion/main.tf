# The declared type decides: "7" becomes a number, a tuple becomes a list of strings, a set loses order and twins.
variable "window" {
  type    = number
  default = "7"
}

variable "ids" {
  type    = list(string)
  default = [444455556666, "777788889999", true]
}

variable "roles" {
  type    = set(string)
  default = ["writer", "reader", "writer"]
}

resource "aws_kms_key" "typed" {
  deletion_window_in_days = var.window
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = var.ids }, Action = "kms:Decrypt", Resource = "*", Condition = { NumericLessThan = { x = var.window } } },
      { Effect = "Allow", Principal = { AWS = [for r in var.roles : "arn:aws:iam::111122223333:role/${r}"] }, Action = "kms:*", Resource = "*" },
    ]
  })
}
