# No source: the module lies beside this file.
inputs = {
  policy = templatefile("${get_terragrunt_dir()}/key.json.tftpl", { account = "111122223333" })
}
