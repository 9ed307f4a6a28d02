# A bare relative name is looked up where terraform runs, for the module as for the root.
module "key" {
  source = "./key"
}

resource "aws_kms_key" "root" {
  policy = file("policy.json")
}

resource "aws_kms_key" "rooted" {
  policy = file("${path.root}/policy.json")
}
