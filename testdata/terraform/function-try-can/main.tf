variable "settings" {
  type = any
  default = {
    principals = { reader = "arn:aws:iam::111122223333:role/reader" }
  }
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [
      {
        Sid       = can(var.settings.principals.writer) ? "Writer" : "NoWriter"
        Effect    = "Allow"
        Principal = { AWS = try(var.settings.principals.writer, var.settings.principals.reader, "*") }
        Action    = try(var.settings.actions, ["kms:Decrypt"])
        Resource  = try(var.settings["resources"][0], "*")
      },
    ]
  })
}
