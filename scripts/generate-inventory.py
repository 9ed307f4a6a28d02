#!/usr/bin/env python3
"""Writes an inventory of made-up keys: `generate-inventory.py LINES [SEED]`.

Each policy has one to eight statements of the kinds that key policies are made of; a few have a mistake. The same
seed gives the same lines.
"""

import json
import random
import sys

OWNERS = ["111122223333", "444455556666", "777788889999"]
REGIONS = ["eu-central-1", "us-east-1", "ap-southeast-2"]
USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
ADMINISTER = ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*", "kms:Revoke*",
              "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource", "kms:UntagResource",
              "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"]
SERVICES = ["sns", "sqs", "cloudtrail", "events", "delivery.logs"]


def allow(sid, principal, action, condition=None):
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    if condition:
        statement["Condition"] = condition
    return statement


def statement(draw, owner, region, at):
    role = f"arn:aws:iam::{owner}:role/app-{draw.randrange(200)}"
    kind = draw.randrange(100)
    if kind < 30:
        return allow(f"Use{at}", {"AWS": role}, USE)
    if kind < 45:
        return allow(f"Administer{at}", {"AWS": f"arn:aws:iam::{owner}:role/admin-{draw.randrange(20)}"}, ADMINISTER)
    if kind < 60:
        grants = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
        return allow(f"Attach{at}", {"AWS": role}, grants, {"Bool": {"kms:GrantIsForAWSResource": "true"}})
    if kind < 75:
        via = {"kms:ViaService": f"s3.{region}.amazonaws.com", "kms:CallerAccount": owner}
        return allow(f"Through{at}", {"AWS": "*"}, USE, {"StringEquals": via})
    if kind < 90:
        guard = {"StringEquals": {"aws:SourceAccount": owner}}
        service = {"Service": f"{draw.choice(SERVICES)}.amazonaws.com"}
        return allow(f"Service{at}", service, ["kms:Decrypt", "kms:GenerateDataKey*"], guard)
    if kind < 95:
        deny = {"Sid": f"Keep{at}", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:ScheduleKeyDeletion",
                "Resource": "*"}
        return deny | {"Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{owner}:role/admin-*"}}}
    if kind < 98:
        return allow(f"Partner{at}", {"AWS": f"arn:aws:iam::{draw.choice(OWNERS)}:root"}, "kms:Decrypt")
    return allow(f"Mistake{at}", {"AWS": draw.choice(["*", role])}, draw.choice(["kms:Decrypt", "kms:*"]))


def key(draw, number):
    owner, region = draw.choice(OWNERS), draw.choice(REGIONS)
    root = allow("Root", {"AWS": f"arn:aws:iam::{owner}:root"}, "kms:*")
    more = [statement(draw, owner, region, at) for at in range(draw.randrange(8))]
    policy = {"Version": "2012-10-17", "Statement": [root, *more]}
    return {
        "key_arn": f"arn:aws:kms:{region}:{owner}:key/{number:08x}-1111-2222-3333-444455556666",
        "owner_account": owner,
        "usage": "ENCRYPT_DECRYPT",
        "spec": "SYMMETRIC_DEFAULT",
        "origin": "AWS_KMS",
        "multi_region": draw.random() < 0.1,
        "rotation": draw.random() < 0.8,
        "tags": {"team": f"team-{draw.randrange(40)}"},
        # As a service that reads keys would store it, or as its author wrote it.
        "policy": json.dumps(policy) if draw.random() < 0.5 else policy,
    }


def main():
    lines, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw = random.Random(seed)
    for number in range(lines):
        sys.stdout.write(json.dumps(key(draw, number), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
