new kms.Key(this, "Key");
