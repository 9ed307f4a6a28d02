locals {
  documents = [for name in sort(fileset("${path.module}/statements", "*.json")) : jsondecode(file("${path.module}/statements/${name}"))]
}

resource "aws_kms_key" "this" {
  policy = jsonencode({
    Id        = fileexists("${path.module}/none.json") ? basename("a/b.json") : dirname("a/b.json")
    Statement = local.documents
  })
}
