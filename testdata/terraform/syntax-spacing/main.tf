/* Everything the grammar lets one write. */ locals { unused = 1 }

resource aws_kms_key "bare-label" {
  policy = jsonencode(
    {
      Statement : [
        {
          Effect    = "Allow",
          Principal = { AWS = [
            "111122223333", # root
            // and a role
            "arn:aws:iam::111122223333:role/x", ] },
          Action = (
            true
            ? "kms:*"
            : "kms:Decrypt"
          ) , Resource = "*"
        }
      ]
    }
  )
  tags = {}
}

resource "aws_kms_key" "one_line" { policy = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}" }
