resource "aws_kms_key" "this" {
  description = "made in a module, its policy attached by the caller"
}

output "id" {
  value = aws_kms_key.this.key_id
}
