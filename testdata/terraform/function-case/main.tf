variable "name" {
  default = "My-Data store"
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Statement = [{
      Sid       = "${lower(var.name)}|${upper(var.name)}|${title("data-store of mine's")}"
      Effect    = title("allow")
      Principal = { AWS = "arn:aws:iam::111122223333:role/${lower(replace(var.name, " ", "-"))}" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
