variable "stages" {
  default = ["dev", "prod"]
}

resource "aws_kms_key" "stage" {
  count       = length(var.stages)
  description = "key no. ${count.index}"
  policy = jsonencode({
    Id        = var.stages[count.index]
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/${element(var.stages, count.index)}" }, Action = "kms:*", Resource = "*" }]
  })
}
