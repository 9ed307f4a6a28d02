resource "aws_kms_key" "merged" {
  policy = jsonencode(merge(
    { Version = "2012-10-17" },
    null,
    { Statement = [merge({ Effect = "Allow", Action = "kms:*", Resource = "*" }, { Principal = "*", Resource = null })] },
  ))
}
