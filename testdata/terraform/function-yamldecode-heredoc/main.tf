variable "reader" {
  default = "arn:aws:iam::444455556666:root"
}

resource "aws_kms_key" "main" {
  policy = jsonencode(yamldecode(<<-YAML
    Version: "2012-10-17"
    Statement:
      - Sid: Owner
        Effect: Allow
        Principal: { AWS: "arn:aws:iam::111122223333:root" }
        Action: kms:*
        Resource: "*"
      - Sid: Reader
        Effect: Allow
        Principal:
          AWS: ${var.reader}
        Action:
          - kms:Decrypt
          - kms:DescribeKey
        Resource: "*"
  YAML
  ))
}

resource "aws_kms_key" "quoted" {
  policy = jsonencode(yamldecode("{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:root'}, Action: 'kms:*', Resource: '*'}]}"))
}
