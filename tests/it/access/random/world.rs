//! The small world: what policies can say in it, and what requests can be.

pub(super) const PRINCIPALS: [&str; 13] = [
    r#""*""#,
    r#"{"AWS":"*"}"#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/App"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:role/team/Ops"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/App/one"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/Ops/two"}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:user/u","444455556666"]}"#,
    r#"{"AWS":"arn:aws:iam::444455556666:role/App"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:federated-user/fed"}"#,
    r#"{"Service":"s3.amazonaws.com"}"#,
    r#"{"Service":["s3.amazonaws.com","sns.amazonaws.com"],"AWS":"AROAEXAMPLE1234567890"}"#,
];

pub(super) const ACTIONS: [&str; 12] = [
    r#""kms:*""#,
    r#""*""#,
    r#""kms:Decrypt""#,
    r#""kms:decrypt""#,
    r#""kms:CreateGrant""#,
    r#""kms:De*""#,
    r#""kms:*Grant""#,
    r#"["kms:Decrypt","kms:CreateGrant"]"#,
    r#""kms:PutKeyPolicy""#,
    r#""kms:ScheduleKeyDeletion""#,
    r#"["kms:Put*","kms:Dec??pt"]"#,
    r#""kms:D*""#,
];

/// What is asked for; the last ones do not exist yet.
pub(super) const ASKED: [&str; 6] = [
    "kms:Decrypt",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:DeSomething",
    "kms:SomethingElse",
];

/// `Resource` and `NotResource`, beside the usual `*`.
pub(super) const RESOURCES: [&str; 7] = [
    r#","Resource":["arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000","*"]"#,
    r#","Resource":"arn:*:kms:*:111122223333:key/*""#,
    r#","Resource":"arn:aws:kms:eu-west-1:111122223333:alias/app""#,
    r#","NotResource":"arn:aws:s3:::bucket""#,
    r#","NotResource":"*""#,
    r#","Resource":[]"#,
    "",
];

/// Every operator in its plain form.
pub(super) const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
];

/// Policy variables.
pub(super) const VARIABLES: [&str; 3] =
    ["${aws:PrincipalTag/t}", "x-${aws:PrincipalTag/t, 'x'}", "${aws:PrincipalTag/t}*"];

const STRINGS: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const ARNS: [&str; 4] = ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"];
const NUMBERS: [&str; 6] = [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATES: [&str; 6] = [
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ADDRESSES: [&str; 2] = ["IpAddress", "NotIpAddress"];

/// Whose requests carry a key.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Whose {
    Any,
    Iam,
    Service,
    /// It follows from the principal, or from other keys.
    Derived,
}

/// A condition key of the small world.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) operators: &'static [&'static str],
    /// In policies.
    pub(super) values: &'static [&'static str],
    /// In requests.
    pub(super) given: &'static [&'static [&'static str]],
    pub(super) actions: &'static [&'static str],
    pub(super) whose: Whose,
    /// Every request carries it.
    pub(super) always: bool,
    pub(super) several: bool,
}

const fn key(
    name: &'static str,
    operators: &'static [&'static str],
    values: &'static [&'static str],
    given: &'static [&'static [&'static str]],
) -> Key {
    Key { name, operators, values, given, actions: &[], whose: Whose::Any, always: false, several: false }
}

pub(super) const KEYS: [Key; 26] = [
    key(
        "kms:ViaService",
        &STRINGS,
        &["s3.e.amazonaws.com", "s3.*", "s?.e*", "ec2.e.amazonaws.com", "*", "*.amazonaws.com", "S3.e.*"],
        &[
            &["s3.e.amazonaws.com"],
            &["s3.f.amazonaws.com"],
            &["ec2.e.amazonaws.com"],
            &["sx.e"],
            &["q"],
            &["S3.e.amazonaws.com"],
        ],
    ),
    Key { whose: Whose::Derived, ..key("aws:PrincipalArn", &ARNS, PRINCIPAL_ARNS, &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalArn", &STRINGS, PRINCIPAL_ARNS, &[]) },
    Key { whose: Whose::Derived, ..key("kms:CallerAccount", &STRINGS, ACCOUNTS, &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalAccount", &STRINGS, ACCOUNTS, &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalIsAWSService", &["Bool"], &["true", "false"], &[]) },
    Key { whose: Whose::Derived, ..key("aws:PrincipalType", &STRINGS, &["User", "Account", "A*"], &[]) },
    Key { whose: Whose::Derived, ..key("aws:SecureTransport", &["Bool"], &["true", "false"], &[]) },
    Key { always: true, ..key("aws:ViaAWSService", &["Bool"], &["true", "false"], &[&["true"], &["false"]]) },
    Key { whose: Whose::Service, ..key("aws:SourceAccount", &STRINGS, ACCOUNTS, ACCOUNT_GIVEN) },
    Key {
        whose: Whose::Service,
        ..key(
            "aws:SourceArn",
            &ARNS,
            &["arn:aws:s3:::bucket", "arn:aws:s3:::b*", "arn:*:s3:::*", "arn:aws:sns:*:111122223333:t", "*"],
            &[&["arn:aws:s3:::bucket"], &["arn:aws:s3:::bag:x"], &["arn:aws:sns:e:111122223333:t"], &["q"]],
        )
    },
    Key {
        actions: &["kms:CreateGrant"],
        ..key(
            "kms:GrantIsForAWSResource",
            &["Bool", "StringEquals"],
            &["true", "false"],
            &[&["true"], &["false"]],
        )
    },
    Key {
        actions: &["kms:CreateGrant"],
        always: true,
        several: true,
        ..key(
            "kms:GrantOperations",
            &STRINGS,
            &["Encrypt", "Decrypt", "De*", "*crypt"],
            &[
                &["Encrypt"],
                &["Decrypt"],
                &["Encrypt", "Decrypt"],
                &["Sign"],
                &["Sign", "Encrypt"],
                &["DeriveSharedSecret"],
                &["DeriveSharedSecret", "Encrypt", "Sign"],
                &["xcrypt", "Decrypt"],
            ],
        )
    },
    Key {
        actions: &["kms:Decrypt", "kms:CreateGrant"],
        ..key(
            "kms:EncryptionContext:a",
            &STRINGS,
            &["x", "x*", "*y", "*", "X", "${*}"],
            &[&["x"], &["xy"], &["zy"], &["X"], &["z"], &["*"]],
        )
    },
    Key {
        actions: &["kms:Decrypt", "kms:CreateGrant"],
        ..key(
            "kms:EncryptionContext:b",
            &ARNS,
            &["arn:aws:logs:*:*:l*", "arn:*:*:*:*:lg"],
            &[&["arn:aws:logs:e:1:lg"], &["arn:aws:s3:::lg"], &["arn:aws:logs:e:1:lx:y"]],
        )
    },
    Key {
        actions: &["kms:Decrypt", "kms:CreateGrant"],
        several: true,
        whose: Whose::Derived,
        ..key("kms:EncryptionContextKeys", &STRINGS, &["a", "b", "A", "?", "c*"], &[])
    },
    Key {
        whose: Whose::Iam,
        ..key(
            "aws:MultiFactorAuthAge",
            &NUMBERS,
            &["10", "20", "10.5", "0", "ten"],
            &[&["0"], &["9"], &["10"], &["11"], &["20"], &["21"]],
        )
    },
    Key {
        actions: &["kms:ScheduleKeyDeletion"],
        always: true,
        ..key(
            "kms:ScheduleKeyDeletionPendingWindowInDays",
            &NUMBERS,
            &["7", "30", "14", "6"],
            &[&["7"], &["8"], &["14"], &["15"], &["30"]],
        )
    },
    Key {
        always: true,
        ..key(
            "aws:CurrentTime",
            &DATES,
            &["2026-01-01T00:00:00Z", "2027-01-01", "1800000000", "2026-01-01T02:00:00+02:00", "soon"],
            &[
                &["2025-12-31T23:59:59Z"],
                &["2026-01-01T00:00:00Z"],
                &["2026-06-01T00:00:00Z"],
                &["2027-01-01T00:00:00Z"],
                &["2028-06-01T00:00:00Z"],
            ],
        )
    },
    key(
        "aws:SourceIp",
        &ADDRESSES,
        &[
            "10.0.0.0/8",
            "10.1.2.3/16",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::/0",
            "10.1.2.3",
            "2001:db8::1",
            "10.0.0.0/33",
        ],
        &[&["10.1.2.3"], &["10.1.2.4"], &["10.2.0.0"], &["11.0.0.0"], &["2001:db8::1"], &["2001:db9::"]],
    ),
    Key {
        whose: Whose::Iam,
        ..key(
            "aws:PrincipalOrgID",
            &STRINGS,
            &["o-aaaaaaaaaa", "o-*", "O-AAAAAAAAAA", "o-b?"],
            &[&["o-aaaaaaaaaa"], &["o-bb"], &["O-AAAAAAAAAA"], &["q"]],
        )
    },
    // Operators of other types than the key's.
    Key {
        whose: Whose::Iam,
        ..key("aws:MultiFactorAuthAge", &["StringEquals", "StringNotLike"], &["10", "1*", "*"], &[])
    },
    Key { whose: Whose::Derived, ..key("aws:username", &STRINGS, &["u", "v", "U", "?", "x*"], &[]) },
    // AWS may document it one day.
    Key { ..key("kms:KeyToCome", &STRINGS, &["x", "x*", "Y"], &[&["x"], &["xy"], &["y"], &["x", "z"]]) },
    Key {
        whose: Whose::Service,
        several: true,
        ..key(
            "aws:PrincipalServiceNamesList",
            &STRINGS,
            &["s3.amazonaws.com", "*.s3.amazonaws.com", "*"],
            &[&["s3.amazonaws.com"], &["delivery.s3.amazonaws.com", "s3.amazonaws.com"]],
        )
    },
    Key {
        whose: Whose::Iam,
        ..key(
            "aws:PrincipalTag/t",
            &["StringEquals", "StringLike", "BinaryEquals", "Bool"],
            &["x", "true", "tr*"],
            &[&["x"], &["true"], &["TRUE"], &["try"]],
        )
    },
];

const PRINCIPAL_ARNS: &[&str] = &[
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::111122223333:role/App",
    "arn:aws:iam::*:user/u",
    "arn:*:iam::*:r*",
    "arn:aws:iam::111122223333:root",
    "*",
    "arn:aws:iam::444455556666:*",
];
const ACCOUNTS: &[&str] = &["111122223333", "4444*", "*", "444455556666", "????????????"];
const ACCOUNT_GIVEN: &[&[&str]] =
    &[&["111122223333"], &["444455556666"], &["444400000000"], &["999988887777"], &["9"]];

/// Who asks.
pub(super) const ASKING: [&str; 17] = [
    "arn:aws:iam::111122223333:role/App",
    "arn:aws:sts::111122223333:assumed-role/App/one",
    "arn:aws:sts::111122223333:assumed-role/App/other",
    "arn:aws:sts::111122223333:assumed-role/Ops/two",
    "arn:aws:iam::111122223333:role/team/Ops",
    "arn:aws:iam::111122223333:role/other",
    "arn:aws:iam::111122223333:user/u",
    "arn:aws:iam::111122223333:user/v",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:federated-user/fed",
    "arn:aws:iam::444455556666:role/App",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::444455556666:user/u",
    "arn:aws:iam::999988887777:role/any",
    "arn:aws:iam::444499990000:user/u",
    "s3.amazonaws.com",
    "firehose.amazonaws.com",
];
