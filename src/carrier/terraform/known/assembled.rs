//! The policy that terraform-aws-modules/kms puts together of its arguments.

use super::{Call, known_piece, unknown_piece};
use crate::carrier::terraform::convert;
use crate::carrier::terraform::document::{Merged, add_test, append, named, scalar, sorted, with_variables};
use crate::source::Span;
use crate::value::{Kind, Member, Symbol, SymbolKind, Text, Value};

/// A list of principals that becomes statements.
struct Users {
    argument: &'static str,
    sid: &'static str,
    actions: &'static [&'static str],
    /// Only for grants that an AWS service makes.
    for_services: bool,
}

const USE: &[&str] =
    &["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

const fn users(argument: &'static str, sid: &'static str, actions: &'static [&'static str]) -> Users {
    Users { argument, sid, actions, for_services: false }
}

/// In the order of the module.
const USERS: &[Users] = &[
    users("key_owners", "KeyOwner", &["kms:*"]),
    users(
        "key_administrators",
        "KeyAdministration",
        &[
            "kms:Create*",
            "kms:Describe*",
            "kms:Enable*",
            "kms:List*",
            "kms:Put*",
            "kms:Update*",
            "kms:Revoke*",
            "kms:Disable*",
            "kms:Get*",
            "kms:Delete*",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:ScheduleKeyDeletion",
            "kms:CancelKeyDeletion",
            "kms:ReplicateKey",
            "kms:ImportKeyMaterial",
        ],
    ),
    users("key_users", "KeyUsage", USE),
    Users {
        for_services: true,
        ..users(
            "key_service_users",
            "KeyServiceUsage",
            &["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
        )
    },
    users("key_service_roles_for_autoscaling", "KeyServiceRolesASG", USE),
    Users {
        for_services: true,
        ..users("key_service_roles_for_autoscaling", "KeyServiceRolesASGPersistentVol", &["kms:CreateGrant"])
    },
    users("key_symmetric_encryption_users", "KeySymmetricEncryption", USE),
    users("key_hmac_users", "KeyHMAC", &["kms:DescribeKey", "kms:GenerateMac", "kms:VerifyMac"]),
    users(
        "key_asymmetric_public_encryption_users",
        "KeyAsymmetricPublicEncryption",
        &["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:DescribeKey", "kms:GetPublicKey"],
    ),
    users(
        "key_asymmetric_sign_verify_users",
        "KeyAsymmetricSignVerify",
        &["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"],
    ),
];

/// Actions of administrators that versions before 2 do not give.
const SINCE_2: [&str; 2] = ["kms:ReplicateKey", "kms:ImportKeyMaterial"];

impl Call<'_, '_> {
    /// The statements that terraform-aws-modules/kms puts together.
    pub(super) fn assembled(&self) -> Value {
        let mut merged = Merged::default();
        self.documents("source_policy_documents", &mut merged);
        if self.is("enable_default_policy") != Some(false) {
            let at = self.argument("enable_default_policy").map_or(self.header, |(_, at)| at);
            merged.add(statement("Default", &["kms:*"], self.root(at), at));
        }
        for users in USERS {
            if let Some(statement) = self.users(users) {
                merged.add(statement);
            }
        }
        self.dnssec(&mut merged);
        if let Some((statements, at)) = self.argument("key_statements") {
            match &statements.kind {
                Kind::List(items) => items.iter().for_each(|item| merged.add(self.given(item, at))),
                Kind::Object(members) => {
                    let mut members: Vec<&Member> = members.iter().collect();
                    members.sort_by_key(|member| member.key.to_string());
                    members.iter().for_each(|member| merged.add(self.given(&member.value, at)));
                }
                _ => merged.add(statements),
            }
        }
        self.documents("override_policy_documents", &mut merged);
        merged.value(self.header)
    }

    fn documents(&self, name: &str, merged: &mut Merged) {
        if let Some((documents, at)) = self.argument(name) {
            merged.merge_all(documents, at);
        }
    }

    /// The statement for a list of principals; none where it is empty.
    fn users(&self, users: &Users) -> Option<Value> {
        let (list, at) = self.argument(users.argument)?;
        let items = match &list.kind {
            Kind::List(items) if items.is_empty() => return None,
            Kind::List(items) => items.clone(),
            _ if !self.evaluator.is_decided(&format!("{} is not empty", self.named(users.argument))) => {
                return None;
            }
            _ => Vec::from([list]),
        };
        let old = self.known.major.is_some_and(|major| major < 2);
        let actions: Vec<&str> =
            users.actions.iter().copied().filter(|action| !(old && SINCE_2.contains(action))).collect();
        let principals = convert::member("AWS", sorted(items, true, at));
        let principals = Value::new(Kind::Object(Vec::from([principals])), at);
        let mut statement = statement(users.sid, &actions, principals, at);
        if users.for_services {
            push(&mut statement, "Condition", for_aws_resource(at), at);
        }
        Some(statement)
    }

    /// What `enable_route53_dnssec` adds.
    fn dnssec(&self, merged: &mut Merged) {
        if self.is("enable_route53_dnssec") != Some(true) {
            return;
        }
        let at = self.argument("enable_route53_dnssec").map_or(self.header, |(_, at)| at);
        let service = || {
            let suffix = Symbol::of(SymbolKind::DnsSuffix, "dns_suffix");
            let pieces = Vec::from([known_piece("dnssec-route53.", at), unknown_piece(suffix, at)]);
            let name = Value::new(Kind::Text(Text { pieces }), at);
            Value::new(Kind::Object(Vec::from([convert::member("Service", name)])), at)
        };
        let signing = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"];
        merged.add(statement("Route53DnssecService", &signing, service(), at));
        let mut grant = statement("Route53DnssecGrant", &["kms:CreateGrant"], service(), at);
        let mut conditions = for_aws_resource(at);
        if let (Kind::Object(tests), Some((sources, at))) =
            (&mut conditions.kind, self.argument("route53_dnssec_sources"))
        {
            for source in sources.as_list().unwrap_or_default() {
                let own = || {
                    let account = Symbol::of(SymbolKind::OwnAccount, "account_id");
                    Value::new(Kind::Text(Text { pieces: Vec::from([unknown_piece(account, at)]) }), at)
                };
                let accounts = source.get("account_ids").and_then(Value::as_list).map(<[Value]>::to_vec);
                let accounts = accounts.filter(|list| !list.is_empty()).unwrap_or_else(|| Vec::from([own()]));
                let zone = source.get("hosted_zone_arn").filter(|zone| zone.kind != Kind::Null).cloned();
                let zone = zone.unwrap_or_else(|| {
                    let partition = Symbol::of(SymbolKind::Partition, "partition");
                    let rest = known_piece(":route53:::hostedzone/*", at);
                    let pieces = Vec::from([known_piece("arn:", at), unknown_piece(partition, at), rest]);
                    Value::new(Kind::Text(Text { pieces }), at)
                });
                test(tests, "StringEquals", "aws:SourceAccount", scalar(accounts, at), at);
                test(tests, "ArnLike", "aws:SourceArn", zone, at);
            }
        }
        push(&mut grant, "Condition", conditions, at);
        merged.add(grant);
    }

    /// A statement of `key_statements`.
    fn given(&self, given: &Value, at: Span) -> Value {
        if !matches!(given.kind, Kind::Object(_)) {
            return given.clone();
        }
        let field = |name: &str| given.get(name).filter(|value| value.kind != Kind::Null);
        let key = |name: &str| {
            let members = given.as_object().into_iter().flatten();
            members
                .filter(|m| m.key.as_known().as_deref() == Some(name))
                .map(|m| m.key_span)
                .next_back()
                .unwrap_or(at)
        };
        let list = |value: &Value| match &value.kind {
            Kind::List(items) => items.clone(),
            _ => Vec::from([value.clone()]),
        };
        let mut members = Vec::new();
        if let Some(sid) = field("sid") {
            members.push(named("Sid", key("sid"), sid.clone()));
        }
        let effect = field("effect").cloned().unwrap_or_else(|| Value::text("Allow", given.span));
        members.push(named("Effect", key("effect"), effect));
        for (element, name) in [
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ] {
            if let Some(items) = field(name).map(list).filter(|items| !items.is_empty()) {
                members.push(named(
                    element,
                    key(name),
                    sorted(items, element.ends_with("Resource"), key(name)),
                ));
            }
        }
        for (element, name) in [("Principal", "principals"), ("NotPrincipal", "not_principals")] {
            if let Some(principals) = field(name).filter(|list| list.as_list().is_none_or(|l| !l.is_empty()))
            {
                members.push(named(element, key(name), principals_of(&list(principals), principals.span)));
            }
        }
        for name in self.known.condition_fields() {
            if let Some(conditions) = field(name).filter(|list| list.as_list().is_none_or(|l| !l.is_empty()))
            {
                let mut tests = Vec::new();
                for condition in list(conditions) {
                    let (Some(operator), Some(variable), Some(values)) =
                        (condition.get("test"), condition.get("variable"), condition.get("values"))
                    else {
                        continue;
                    };
                    let values = scalar(with_variables(list(values)), values.span);
                    add_test(&mut tests, operator, variable, values, condition.span);
                }
                let value = match &conditions.kind {
                    Kind::Unknown(_) => conditions.clone(),
                    _ => Value::new(Kind::Object(tests), conditions.span),
                };
                members.push(named("Condition", key(name), value));
                break;
            }
        }
        Value { kind: Kind::Object(members), ..given.clone() }
    }
}

fn principals_of(list: &[Value], span: Span) -> Value {
    if let [only] = list
        && matches!(only.kind, Kind::Unknown(_))
    {
        return only.clone();
    }
    let mut members = Vec::new();
    for one in list {
        let (Some(kind), Some(identifiers)) = (one.get("type"), one.get("identifiers")) else { continue };
        let items = match &identifiers.kind {
            Kind::List(items) => items.clone(),
            _ => Vec::from([identifiers.clone()]),
        };
        let identifiers = sorted(items, true, identifiers.span);
        let star = |value: &Value| convert::known(value).as_deref() == Some("*");
        if list.len() == 1 && star(kind) && star(&identifiers) {
            return identifiers;
        }
        append(&mut members, kind, identifiers);
    }
    Value::new(Kind::Object(members), span)
}

/// A statement that a module adds of its own, at the argument that asks for it.
pub(super) fn statement(sid: &str, actions: &[&str], principals: Value, at: Span) -> Value {
    let actions = actions.iter().map(|action| Value::text(action, at)).collect();
    let members = Vec::from([
        named("Sid", at, Value::text(sid, at)),
        named("Effect", at, Value::text("Allow", at)),
        named("Action", at, sorted(actions, false, at)),
        named("Resource", at, Value::text("*", at)),
        named("Principal", at, principals),
    ]);
    Value::new(Kind::Object(members), at)
}

fn for_aws_resource(at: Span) -> Value {
    let mut tests = Vec::new();
    test(&mut tests, "Bool", "kms:GrantIsForAWSResource", Value::text("true", at), at);
    Value::new(Kind::Object(tests), at)
}

fn test(tests: &mut Vec<Member>, operator: &str, key: &str, values: Value, at: Span) {
    add_test(tests, &Value::text(operator, at), &Value::text(key, at), values, at);
}

fn push(statement: &mut Value, name: &str, value: Value, at: Span) {
    if let Kind::Object(members) = &mut statement.kind {
        members.push(named(name, at, value));
    }
}
