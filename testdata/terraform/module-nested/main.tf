module "outer" {
  source = "./outer"
  stage  = "prod"
}
