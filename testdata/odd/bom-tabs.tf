# Schlüssel für die Buchhaltung 🔑
resource "aws_kms_key" "bom" {
	description = "é 🔑 \u00e9"

	policy = <<-EOF
		{
			"Version": "2012-10-17",
			"Statement": [
				{
					"Sid": "Clé 🔑 ${var.team}",
					"Effect": "Allow",
					"Principal": { "AWS": "*" },
					"Action": ["kms:Decrypt", "kms:ReEncrypt"],
					"Resource": "*"
				}
			]
		}
		EOF
}
