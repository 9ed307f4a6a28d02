# A plain heredoc (no dash) whose end marker stands behind blanks all the same.
resource "aws_kms_key" "backup" {
  policy = <<JSON
    {
      "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "kms:*",
        "Resource": "*"
      }
    }
    JSON
  deletion_window_in_days = 14
}
