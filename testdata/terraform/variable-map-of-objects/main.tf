variable "keys" {
  type = map(object({
    service = string
    window  = optional(number, 30)
  }))
  default = {
    queue = { service = "sqs" }
    topic = { service = "sns", window = 7 }
  }
}

resource "aws_kms_key" "this" {
  for_each                = var.keys
  deletion_window_in_days = each.value.window
  policy = jsonencode({
    Id = "${each.key}-${each.value.window}"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "${each.value.service}.amazonaws.com" }
      Action    = "kms:Decrypt"
      Resource  = "*"
    }]
  })
}
