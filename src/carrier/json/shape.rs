//! What a value looks like: a policy, a statement, and for whom.

use crate::carrier::Role;
use crate::value::{Kind, Member, Text, Value};

/// The role that the form of a value gives it, if it is a policy or a part of one.
pub(in crate::carrier) fn role(value: &Value) -> Option<Role> {
    match &value.kind {
        Kind::Object(members) if is_policy(members) => Some(Role::KeyPolicy),
        Kind::Object(_) if is_statement(value) => Some(Role::Fragment),
        Kind::List(items) => (!items.is_empty() && items.iter().all(is_statement)).then_some(Role::Fragment),
        _ => None,
    }
}

/// An object with `Statement`, or with a near miss of it and something else that policies have.
fn is_policy(members: &[Member]) -> bool {
    let mut near = None;
    let mut other = false;
    for Member { key, value, .. } in members {
        let Some(key) = key.as_known() else { continue };
        if key == "Statement" {
            return true;
        }
        if ["statement", "statements"].iter().any(|name| key.eq_ignore_ascii_case(name)) {
            near = Some(value);
        }
        other |= ["version", "id"].iter().any(|name| key.eq_ignore_ascii_case(name));
    }
    let has_statement = |list: &Value| list.as_list().unwrap_or_default().iter().any(is_statement);
    near.is_some_and(|value| other || is_statement(value) || has_statement(value))
}

/// An object with `Effect` and something else that statements have, or with two such elements. Answers of AWS's tools
/// have `principal` and `action` among much else: in lower case nothing may stand beside them.
fn is_statement(value: &Value) -> bool {
    const ELEMENTS: [&str; 8] = [
        "Effect",
        "Action",
        "NotAction",
        "Principal",
        "NotPrincipal",
        "Resource",
        "NotResource",
        "Condition",
    ];
    let members = value.as_object().unwrap_or_default();
    let (mut elements, mut is_spelled, mut has_others) = (Vec::new(), false, false);
    for key in members.iter().filter_map(|member| member.key.as_known()) {
        match ELEMENTS.into_iter().find(|name| key.eq_ignore_ascii_case(name)) {
            Some(name) => {
                is_spelled |= key == name;
                elements.push(name);
            }
            None => has_others |= !key.eq_ignore_ascii_case("Sid"),
        }
    }
    let has = |names: &[&str]| elements.iter().any(|name| names.contains(name));
    // `Action` and `Resource` alone are too common as words.
    let about_access = has(&["Action", "NotAction", "Principal", "NotPrincipal"]);
    let is_whole = has(&["Effect"]) || has(&["Principal", "NotPrincipal"]) && has(&["Action", "NotAction"]);
    about_access && is_whole && (is_spelled || !has_others)
}

/// What a policy or its statements say about whose it is.
pub(in crate::carrier) struct Shape {
    /// Some statement has a `Principal` or `NotPrincipal`.
    pub(in crate::carrier) has_principal: bool,
    /// Some statement has an `Action` or `NotAction`.
    pub(in crate::carrier) has_action: bool,
    /// Some action pattern can match a KMS action, or it cannot be told.
    pub(in crate::carrier) may_match_kms: bool,
    /// Some action or condition key begins with `kms:`.
    pub(in crate::carrier) names_kms: bool,
    /// Some action is one of another service's.
    names_others: bool,
    /// Some action that is known matches one of KMS, or all actions but some are meant.
    pub(in crate::carrier) concerns_kms: bool,
    /// Its `Id` or a `Sid` is one that AWS gives key policies.
    pub(in crate::carrier) is_marked_as_key_policy: bool,
    /// It has statements, and none lets anyone do anything.
    denies_only: bool,
    /// Every statement is about everyone, or about nobody in particular.
    about_everyone: bool,
    /// Some condition asks for the organization or the account of the caller or of the resource.
    draws_a_perimeter: bool,
    /// Every resource is an ARN, none is `*`.
    names_resources: bool,
    /// Some resource is an ARN of all keys, or some action is not about a key at all.
    is_wider_than_a_key: bool,
    /// Some statement allows `kms:PutKeyPolicy`.
    lets_manage: bool,
}

/// Actions of KMS that no key is asked for.
const NOT_OF_A_KEY: [&str; 4] = ["kms:ListKeys", "kms:ListAliases", "kms:CreateKey", "kms:GenerateRandom"];

/// Condition keys that organizations' policies draw a data perimeter with.
const PERIMETER: [&str; 8] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceaccount",
    "aws:resourceorgid",
    "aws:resourceaccount",
];

impl Shape {
    pub(in crate::carrier) fn of(value: &Value) -> Self {
        let mut shape = Shape {
            has_principal: false,
            has_action: false,
            may_match_kms: false,
            names_kms: false,
            names_others: false,
            concerns_kms: false,
            is_marked_as_key_policy: value
                .get("Id")
                .and_then(Value::as_text)
                .is_some_and(is_aws_key_policy_id),
            denies_only: true,
            about_everyone: true,
            draws_a_perimeter: false,
            names_resources: true,
            is_wider_than_a_key: false,
            lets_manage: false,
        };
        for statement in statements(value) {
            let denies =
                statement.get("Effect").and_then(Value::as_text).is_some_and(|text| is(text, "Deny"));
            shape.denies_only &= denies;
            for Member { key, value, .. } in statement.as_object().unwrap_or_default() {
                let Some(key) = key.as_known() else {
                    shape.may_match_kms = true;
                    continue;
                };
                match key.to_ascii_lowercase().as_str() {
                    "principal" | "notprincipal" => {
                        shape.has_principal = true;
                        shape.about_everyone &= key == "Principal" && is_everyone(value);
                    }
                    "action" | "actions" => {
                        shape.has_action = true;
                        shape.read_actions(value, denies);
                    }
                    "notaction" => {
                        (shape.may_match_kms, shape.concerns_kms, shape.has_action) = (true, true, true);
                    }
                    "resource" => shape.read_resources(value),
                    "sid" => {
                        let sid = value.as_text().and_then(Text::as_known).unwrap_or_default();
                        shape.is_marked_as_key_policy |=
                            sid.eq_ignore_ascii_case("Enable IAM User Permissions");
                    }
                    "condition" => value.walk(&mut |value| {
                        for member in value.as_object().unwrap_or_default() {
                            shape.names_kms |= begins_with_kms(&member.key);
                            let key = member.key.to_string().to_ascii_lowercase();
                            shape.draws_a_perimeter |= PERIMETER.contains(&key.as_str());
                        }
                    }),
                    _ => {}
                }
            }
        }
        shape.may_match_kms |= !shape.has_action;
        shape
    }

    /// A policy that bounds what others allow: of an organization, which denies everyone outside of a perimeter, or
    /// of a VPC endpoint, which names keys and lets nobody manage them. AWS takes no key policy of either form.
    pub(in crate::carrier) fn is_a_guardrail(&self) -> bool {
        let denies_everyone = self.has_principal && self.denies_only && self.about_everyone;
        let of_organization = denies_everyone && (self.draws_a_perimeter || self.names_others);
        let of_endpoint =
            self.has_principal && self.names_resources && self.is_wider_than_a_key && !self.lets_manage;
        of_organization || of_endpoint || (!self.has_principal && self.denies_only)
    }

    fn read_actions(&mut self, value: &Value, denies: bool) {
        let lists_some = |items: &Vec<Value>| !items.is_empty();
        if !matches!(&value.kind, Kind::Text(_))
            && !matches!(&value.kind, Kind::List(items) if lists_some(items))
        {
            self.may_match_kms = true;
        }
        for action in strings(value) {
            self.names_kms |= begins_with_kms(action);
            let known = action.as_known();
            match known.as_deref().map(|action| action.split_once(':')) {
                // Unknown, or malformed: no service at all.
                None | Some(None) => self.may_match_kms = true,
                Some(Some((service, _))) if may_be_kms(service) => self.may_match_kms = true,
                Some(Some(_)) => self.names_others = true,
            }
            let pattern = known.as_deref().unwrap_or_default();
            let service = pattern.split_once(':').map_or(pattern, |(service, _)| service);
            self.concerns_kms |= begins_with_kms(action) || (service.contains('*') && may_be_kms(service));
            self.is_wider_than_a_key |= NOT_OF_A_KEY.iter().any(|name| pattern.eq_ignore_ascii_case(name));
            self.lets_manage |=
                !denies && (known.is_none() || crate::glob::matches(pattern, "kms:PutKeyPolicy", true));
        }
    }

    fn read_resources(&mut self, value: &Value) {
        for resource in strings(value) {
            let known = resource.as_known().unwrap_or_default();
            self.names_resources &= known.starts_with("arn:");
            self.is_wider_than_a_key |= known.starts_with("arn:") && known.ends_with(":key/*");
        }
    }
}

fn is(text: &Text, known: &str) -> bool {
    text.as_known().as_deref() == Some(known)
}

/// The ids that the console and the command line give key policies, such as `key-default-1`.
fn is_aws_key_policy_id(id: &Text) -> bool {
    let id = id.to_string();
    ["key-default-", "key-consolepolicy-", "auto-"].iter().any(|start| id.starts_with(start))
}

/// `"*"` or `{"AWS": "*"}`
fn is_everyone(principal: &Value) -> bool {
    let star = |value: &Value| strings(value).all(|text| is(text, "*")) && strings(value).next().is_some();
    match principal.as_object() {
        Some(members) => members.iter().all(|member| is(&member.key, "AWS") && star(&member.value)),
        None => star(principal),
    }
}

/// The statements of a policy, of a list of statements, or the statement itself.
fn statements(value: &Value) -> Vec<&Value> {
    let listed = |value: &Value| matches!(value.kind, Kind::List(_));
    if listed(value) {
        return value.as_list().unwrap_or_default().iter().collect();
    }
    let members = value.as_object().unwrap_or_default();
    let named = members.iter().filter(|member| {
        let key = member.key.as_known().unwrap_or_default().to_ascii_lowercase();
        key == "statement" || key == "statements"
    });
    let mut all = Vec::new();
    for member in named {
        if listed(&member.value) {
            all.extend(member.value.as_list().unwrap_or_default());
        } else {
            all.push(&member.value);
        }
    }
    if all.is_empty() { vec![value] } else { all }
}

/// The strings of a value that is a string or a list of strings.
fn strings(value: &Value) -> impl Iterator<Item = &Text> {
    std::iter::once(value).chain(value.as_list().unwrap_or_default()).filter_map(Value::as_text)
}

fn begins_with_kms(text: &Text) -> bool {
    text.to_string().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("kms:"))
}

/// Whether a service prefix, which may have wildcards or be misspelt by its case, can be KMS's.
fn may_be_kms(service: &str) -> bool {
    let service = service.to_ascii_lowercase();
    match service.split(['*', '?', '$']).next() {
        Some(start) if start.len() < service.len() => "kms".starts_with(start),
        _ => service == "kms",
    }
}
