//! The policy that AWS gives a key that is made without one.

use crate::source::Span;
use crate::value::{Kind, Member, SpanMap, Text, Value};

/// The account, and with it IAM, may do everything. `root` is the ARN of the account's root user; everything is
/// said to stand at `at`. Source: KMS developer guide, "Default key policy".
pub(crate) fn default_policy(root: Value, at: Span) -> Value {
    let text = |text: &str| Value::text(text, at);
    let object = |members: Vec<(&str, Value)>| {
        let member = |(name, value): (&str, Value)| Member {
            key: Text::known(name, SpanMap::opaque(at)),
            key_span: at,
            value,
        };
        Value::new(Kind::Object(members.into_iter().map(member).collect()), at)
    };
    let statement = object(Vec::from([
        ("Sid", text("Enable IAM User Permissions")),
        ("Effect", text("Allow")),
        ("Principal", object(Vec::from([("AWS", root)]))),
        ("Action", text("kms:*")),
        ("Resource", text("*")),
    ]));
    let statements = Value::new(Kind::List(Vec::from([statement])), at);
    object(Vec::from([("Version", text("2012-10-17")), ("Statement", statements)]))
}
