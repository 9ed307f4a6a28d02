resource "aws_kms_key" "yaml" {
  policy = jsonencode(yamldecode(<<-YAML
    Version: "2012-10-17"
    Statement:
      - Sid: Root
        Effect: Allow
        Principal:
          AWS: arn:aws:iam::111122223333:root
        Action: kms:*
        Resource: "*"
      - {Sid: Sns, Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: [kms:Decrypt, "kms:GenerateDataKey*"], Resource: "*"}
  YAML
  ))
}
