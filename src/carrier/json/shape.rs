//! What a JSON value looks like: a policy, a statement, and for whom.

use crate::carrier::Role;
use crate::syntax::json::{Form, Node};
use crate::value::{Kind, Member, Text, Value};

/// The role that the form of a node gives it, if it is a policy or a part of one.
pub(super) fn role(node: Node<'_>) -> Option<Role> {
    match node.form() {
        Form::Object if is_policy(node) => Some(Role::KeyPolicy),
        Form::Object if is_statement(node) => Some(Role::Fragment),
        Form::List => {
            let mut items = node.items().peekable();
            items.peek()?;
            items.all(is_statement).then_some(Role::Fragment)
        }
        _ => None,
    }
}

/// An object with `Statement`, or with a near miss of it and something else that policies have.
fn is_policy(node: Node<'_>) -> bool {
    let mut near = None;
    let mut other = false;
    for (key, value) in node.members() {
        let Some(key) = key.known() else { continue };
        if key == "Statement" {
            return true;
        }
        if ["statement", "statements"].iter().any(|name| key.eq_ignore_ascii_case(name)) {
            near = Some(value);
        }
        other |= ["version", "id"].iter().any(|name| key.eq_ignore_ascii_case(name));
    }
    near.is_some_and(|value| other || is_statement(value) || value.items().any(is_statement))
}

/// An object with `Effect` and something else that statements have, or with two such elements.
fn is_statement(node: Node<'_>) -> bool {
    const ELEMENTS: [&str; 8] = [
        "effect",
        "action",
        "notaction",
        "principal",
        "notprincipal",
        "resource",
        "notresource",
        "condition",
    ];
    let is_element = |key: &str| ELEMENTS.iter().any(|element| key.eq_ignore_ascii_case(element));
    let elements = node.members().filter(|(key, _)| key.known().is_some_and(|key| is_element(&key)));
    let keys: Vec<String> =
        elements.filter_map(|(key, _)| key.known()).map(|key| key.to_ascii_lowercase()).collect();
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(&key.as_str()));
    // `Action` and `Resource` alone are too common as words.
    let about_access = has(&["action", "notaction", "principal", "notprincipal"]);
    about_access && (has(&["effect"]) || has(&["principal", "notprincipal"]) && has(&["action", "notaction"]))
}

/// What a policy or its statements say about whose it is.
#[derive(Default)]
pub(super) struct Shape {
    /// Some statement has a `Principal` or `NotPrincipal`.
    pub(super) has_principal: bool,
    /// Some action pattern can match a KMS action, or it cannot be told.
    pub(super) may_match_kms: bool,
    /// Some action or condition key begins with `kms:`.
    pub(super) names_kms: bool,
    /// It names resources, or actions of other services too: an IAM policy if it has no principal.
    pub(super) is_identity_policy: bool,
    /// Some statement may allow something.
    allows: bool,
    /// Some action is of another service.
    names_others: bool,
}

impl Shape {
    pub(super) fn of(value: &Value) -> Self {
        let mut shape = Shape::default();
        let mut has_action = false;
        for statement in statements(value) {
            let effect = statement.get("Effect").and_then(Value::as_text).and_then(Text::as_known);
            shape.allows |= effect.is_none_or(|effect| effect != "Deny");
            for Member { key, value, .. } in statement.as_object().unwrap_or_default() {
                let Some(key) = key.as_known() else {
                    shape.may_match_kms = true;
                    continue;
                };
                match key.to_ascii_lowercase().as_str() {
                    "principal" | "notprincipal" => shape.has_principal = true,
                    "action" | "actions" => {
                        has_action = true;
                        shape.read_actions(value);
                    }
                    "notaction" => shape.may_match_kms = true,
                    "resource" => {
                        let is_arn =
                            |text: &Text| matches!(text.as_known(), Some(text) if text.starts_with("arn:"));
                        shape.is_identity_policy |= strings(value).any(is_arn);
                    }
                    "condition" => value.walk(&mut |value| {
                        let members = value.as_object().unwrap_or_default();
                        shape.names_kms |= members.iter().any(|member| begins_with_kms(&member.key));
                    }),
                    _ => {}
                }
            }
        }
        shape.may_match_kms |= !has_action;
        shape
    }

    /// A policy of an organization: it has principals, but only denies, and not only what KMS does.
    pub(super) fn is_of_organization(&self) -> bool {
        self.has_principal && !self.allows && self.names_others
    }

    fn read_actions(&mut self, value: &Value) {
        let lists_some = |items: &Vec<Value>| !items.is_empty();
        if !matches!(&value.kind, Kind::Text(_))
            && !matches!(&value.kind, Kind::List(items) if lists_some(items))
        {
            self.may_match_kms = true;
        }
        for action in strings(value) {
            self.names_kms |= begins_with_kms(action);
            match action.as_known().as_deref().map(|action| action.split_once(':')) {
                // Unknown, or malformed: no service at all.
                None | Some(None) => self.may_match_kms = true,
                Some(Some((service, _))) if may_be_kms(service) => self.may_match_kms = true,
                Some(Some(_)) => {
                    self.is_identity_policy = true;
                    self.names_others = true;
                }
            }
        }
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
