#!/usr/bin/env python3
"""A repository of infrastructure for measurements: `generate-tree.py FOLDER FILES [terraform|cloudformation]`.

The same arguments give the same files. One file in twenty holds a key with its policy, as JSON in a heredoc, as
`jsonencode`, as a policy document, in a file beside it, or as `aws_kms_key_policy`; one in five of these policies lets
every account decrypt. The others hold networks, roles, buckets, functions and calls of modules.

`generate-tree.py FOLDER worst` writes what is hard instead: a plan of 3,000 policies, policies of 300 statements, a
template of 1,000 findings, a module that is called 500 times, and locals that refer to each other 30 deep.
"""

import json
import pathlib
import random
import sys

OWNER = "111122223333"
USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
ROOT = {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}, "Action": "kms:*", "Resource": "*"}
chance = random.Random(7)


def role(name):
    return {"AWS": f"arn:aws:iam::{OWNER}:role/{name}"}


def use(name, actions=USE, **more):
    return {"Sid": f"Use{name}", "Effect": "Allow", "Principal": role(name), "Action": actions, "Resource": "*", **more}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": [ROOT, *statements]}


def key_policy(number):
    statement = use(f"app{number}")
    if number % 5 == 0:
        statement["Principal"] = {"AWS": "*"}
    return policy(statement)


def hcl(value, indent="  "):
    inner = indent + "  "
    if isinstance(value, dict):
        return "{\n" + "".join(f"{inner}{json.dumps(k)} = {hcl(v, inner)}\n" for k, v in value.items()) + indent + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{inner}{hcl(v, inner)},\n" for v in value) + indent + "]"
    return json.dumps(value)


def key(number, folder):
    name, document, extra, after = f"key_{number}", key_policy(number), "", ""
    form = number // 5 % 5
    if form == 0:
        given = "<<POLICY\n" + json.dumps(document, indent=2) + "\nPOLICY"
    elif form == 1:
        given = f"jsonencode({hcl(document)})"
    elif form == 2:
        given = f"data.aws_iam_policy_document.{name}.json"
        for statement in document["Statement"]:
            (kind, who), = statement["Principal"].items()
            extra += f'  statement {{\n    sid       = "{statement["Sid"]}"\n    actions   = {json.dumps(statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])}\n    resources = ["*"]\n    principals {{\n      type        = "{kind}"\n      identifiers = ["{who}"]\n    }}\n  }}\n'
        extra = f'data "aws_iam_policy_document" "{name}" {{\n{extra}}}\n\n'
    elif form == 3:
        folder.joinpath(f"{name}.json").write_text(json.dumps(document, indent=2))
        given = f'file("${{path.module}}/{name}.json")'
    else:
        given = None
        after = f'resource "aws_kms_key_policy" "{name}" {{\n  key_id = aws_kms_key.{name}.id\n  policy = jsonencode({hcl(document)})\n}}\n\n'
    line = f"  policy                  = {given}\n" if given else ""
    return f'{extra}resource "aws_kms_key" "{name}" {{\n  deletion_window_in_days = 30\n  enable_key_rotation     = true\n{line}}}\n\n{after}'


def other(number):
    tags = f'  tags = merge(local.tags, {{\n    Name = "n{number}"\n    Team = "{chance.choice("abcdefgh")}"\n  }})\n'
    return chance.choice([
        f'resource "aws_vpc" "v{number}" {{\n  cidr_block           = "10.{number % 256}.0.0/16"\n  enable_dns_hostnames = true\n{tags}}}\n\n',
        f'resource "aws_security_group" "g{number}" {{\n  description = "see the runbook"\n  vpc_id      = var.vpc\n\n  ingress {{\n    from_port   = 443\n    to_port     = 443\n    protocol    = "tcp"\n    cidr_blocks = ["10.0.0.0/8"]\n  }}\n{tags}}}\n\n',
        f'resource "aws_iam_role_policy" "p{number}" {{\n  role = var.role\n  policy = jsonencode({{\n    Version = "2012-10-17"\n    Statement = [\n      {{\n        Effect   = "Allow"\n        Action   = ["s3:GetObject", "sqs:SendMessage"]\n        Resource = ["arn:aws:s3:::b{number}-${{var.stage}}", "*"]\n      }},\n    ]\n  }})\n}}\n\n',
        f'resource "aws_s3_bucket_server_side_encryption_configuration" "b{number}" {{\n  bucket = "b{number}"\n  rule {{\n    apply_server_side_encryption_by_default {{\n      sse_algorithm     = "aws:kms"\n      kms_master_key_id = var.key\n    }}\n  }}\n}}\n\n',
        f'resource "aws_lambda_function" "f{number}" {{\n  function_name = "f{number}"\n  role          = var.role\n  handler       = "index.handler"\n  runtime       = "python3.13"\n  environment {{\n    variables = {{\n      STAGE = var.stage == "prod" ? "p" : "d"\n    }}\n  }}\n{tags}}}\n\n',
        f'module "m{number}" {{\n  source   = "../../modules/m{number % 40}"\n  for_each = {{ for k, v in var.services : k => v if v.enabled }}\n  name     = each.key\n  image    = "${{var.registry}}/${{each.key}}:${{var.tag}}"\n}}\n\n',
    ])


def terraform(out, count):
    head = 'variable "stage" {\n  default = "dev"\n}\n\nlocals {\n  tags = {\n    Stage = var.stage\n  }\n}\n\n'
    for number in range(40):
        folder = out / "modules" / f"m{number}"
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath("main.tf").write_text(f'{head}resource "aws_sqs_queue" "q" {{\n  name = "q{number}"\n}}\n')
    for number in range(count):
        folder = out / f"team{number // 5 % 20}" / f"unit{number // 5}"
        folder.mkdir(parents=True, exist_ok=True)
        blocks = [other(number * 100 + at) for at in range(chance.randrange(8, 25))]
        if number % 20 == 3:
            blocks.insert(2, key(number // 20, folder))
        folder.joinpath(f"f{number % 5}.tf").write_text((head if number % 5 == 0 else "") + "".join(blocks))


def cloudformation(out, count):
    for number in range(count):
        folder = out / f"team{number // 5 % 20}" / f"unit{number // 5}"
        folder.mkdir(parents=True, exist_ok=True)
        text = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Stage:\n    Type: String\nResources:\n"
        for at in range(chance.randrange(8, 25)):
            text += f"  Queue{at}:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub '${{Stage}}-q{number}-{at}'\n      KmsMasterKeyId: !Ref Alias\n" if at % 9 == 8 else f"  Bucket{at}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub 'b{number}-{at}-${{AWS::AccountId}}'\n      VersioningConfiguration:\n        Status: Enabled\n      Tags:\n        - Key: Team\n          Value: a\n"
        if number % 20 == 3:
            text += "  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n      PendingWindowInDays: 30\n      KeyPolicy: " + json.dumps(key_policy(number // 20)) + "\n"
        folder.joinpath(f"t{number % 5}.yaml").write_text(text)


def worst(out):
    write = lambda path, text: (out / path).parent.mkdir(parents=True, exist_ok=True) or (out / path).write_text(text)
    compact = lambda value: json.dumps(value, separators=(",", ":"))
    write("policy.json", json.dumps(policy(*(use(f"a{n}") for n in range(10))), indent=2))
    planned = lambda n: {"address": f"aws_kms_key.k{n}", "mode": "managed", "type": "aws_kms_key", "name": f"k{n}", "values": {"enable_key_rotation": True, "deletion_window_in_days": 30, "description": "x" * 600, "policy": compact(policy(use(f"a{n}"), use(f"b{n}")))}}
    write("plan.json", compact({"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {"resources": [planned(n) for n in range(3000)]}}}))
    write("statements.json", compact(policy(*({"Effect": "Allow", "Principal": role(n), "Action": "kms:Decrypt", "Resource": "*"} for n in range(299)))))
    where = lambda n: {"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWNER}:role/{n}"}}
    write("conditions.json", compact(policy(*({"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": where(n)} for n in range(199)))))
    keys = {f"K{at}": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True, "PendingWindowInDays": 30, "KeyPolicy": policy(*(use(f"r{at}x{n}", "kms:Decyrpt") for n in range(20)))}} for at in range(50)}
    write("findings.json", json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": keys}, indent=4))
    module = 'variable "users" {\n  type = list(string)\n}\nresource "aws_kms_key" "k" {\n  enable_key_rotation = true\n  policy = jsonencode(' + hcl(policy()).replace('"Statement" = [', '"Statement" = [{ Effect = "Allow", Principal = { AWS = [for u in var.users : "arn:aws:iam::111122223333:role/${u}"] }, Action = ["kms:Decrypt"], Resource = "*" },') + ")\n}\n"
    write("calls/key/main.tf", module)
    write("calls/main.tf", "".join(f'module "k{n}" {{\n  source = "./key"\n  users  = ["a{n}"]\n}}\n' for n in range(500)))
    write("for-each/key/main.tf", module)
    write("for-each/main.tf", "locals {\n  all = {\n" + "".join(f'    k{n} = ["a{n}"]\n' for n in range(500)) + '  }\n}\nmodule "k" {\n  source   = "./key"\n  for_each = local.all\n  users    = each.value\n}\n')
    write("diamond/main.tf", 'locals {\n  l0 = "root"\n' + "".join(f"  l{n} = local.l{n - 1} == \"x\" ? local.l{n - 1} : local.l{n - 1}\n" for n in range(1, 31)) + "}\n" + 'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:${local.l30}" }, Action = "kms:*", Resource = "*" }] })\n}\n')


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    if sys.argv[2] == "worst":
        worst(out)
    else:
        {"terraform": terraform, "cloudformation": cloudformation}[(sys.argv[3:] or ["terraform"])[0]](out, int(sys.argv[2]))
