variable "service" {
  description = "who may decrypt"
  type        = string
  default     = "sqs"
}

variable "actions" {
  type    = list(string)
  default = ["kms:Decrypt", "kms:GenerateDataKey"]
}

resource "aws_kms_key" "queue" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "${var.service}.amazonaws.com" }
      Action    = var.actions
      Resource  = "*"
    }]
  })
}
