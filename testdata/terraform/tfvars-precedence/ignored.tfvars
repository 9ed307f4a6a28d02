d = "never read without -var-file"
