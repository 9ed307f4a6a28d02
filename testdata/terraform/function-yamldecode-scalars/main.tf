# A plain date becomes a timestamp, yes and on become true.
locals {
  document = yamldecode(<<-YAML
    Version: 2012-10-17
    Id: 0123
    Statement:
      - &use
        Sid: "2012-10-17"
        Effect: Allow
        Principal: {AWS: 444455556666}
        Action: kms:Decrypt
        Resource: '*'
        Condition: {Bool: {"aws:SecureTransport": yes, "kms:GrantIsForAWSResource": on}, "Null": {"aws:TokenIssueTime": ~}}
      - <<: *use
        Sid: Merged
  YAML
  )
}

resource "aws_kms_key" "this" {
  policy = jsonencode(local.document)
}
