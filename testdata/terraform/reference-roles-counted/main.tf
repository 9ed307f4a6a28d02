resource "aws_iam_role" "worker" {
  count              = 2
  name               = "reference-roles-counted-${count.index}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      { Sid = "All", Effect = "Allow", Principal = { AWS = aws_iam_role.worker[*].arn }, Action = "kms:Decrypt", Resource = "*" },
      { Sid = "First", Effect = "Allow", Principal = { AWS = aws_iam_role.worker.0.arn }, Action = "kms:Encrypt", Resource = "*" },
      { Sid = "Joined", Effect = "Allow", Principal = { AWS = join("", aws_iam_role.worker.*.arn[1][*]) }, Action = "kms:Sign", Resource = "*" },
    ]
  })
}
