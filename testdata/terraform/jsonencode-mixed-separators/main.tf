# Both separators, both ways to write a key, commas and none, comments of all three kinds.
resource "aws_kms_key" "app" {
  policy = jsonencode({
    "Version" : "2012-10-17",
    Statement : [{
      "Sid" = "Root" # the account
      Effect : "Allow", /* always */ "Principal" : { "AWS" : "arn:aws:iam::111122223333:root" }
      // everything
      Action = "kms:*", Resource = "*"
    }]
  })
}
