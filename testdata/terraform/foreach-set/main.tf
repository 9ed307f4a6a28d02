resource "aws_kms_key" "service" {
  for_each = toset(["sns", "s3", "sns"])

  policy = jsonencode({
    Id        = "${each.key}=${each.value}"
    Statement = [{ Effect = "Allow", Principal = { Service = "${each.key}.amazonaws.com" }, Action = "kms:Decrypt", Resource = "*" }]
  })
}
