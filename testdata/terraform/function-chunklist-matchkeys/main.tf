locals {
  names    = ["a", "b", "c"]
  accounts = ["101010101010", "202020202020", "303030303030"]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = concat(
      [for pair in chunklist(local.accounts, 2) : { Effect = "Allow", Principal = { AWS = pair }, Action = "kms:Decrypt", Resource = "*" }],
      [{ Effect = "Allow", Principal = { AWS = matchkeys(local.accounts, local.names, ["a", "c"]) }, Action = "kms:Sign", Resource = "*" }],
      [{ Effect = index(local.names, "b") == 1 ? "Allow" : "Deny", Principal = { AWS = min(3, 1) == 1 ? "*" : "x" }, Action = strrev("tpyrceD:smk"), Resource = "*" }],
    )
  })
}
