//! What the arguments of a configured resource say.

use super::{Carried, KeyFacts, Resource, ResourceKind, cloudformation};
use crate::source::Span;
use crate::value::{Kind, Text, Value};

/// An argument that should have a value of some type.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting<T> {
    /// It is not given, or `null`.
    Absent,
    /// It has this value.
    Known(T),
    /// It has some value.
    Unknown,
}

impl<T> Setting<T> {
    /// The value; `default` where the argument is not given, none where it is not known.
    pub fn or_default(self, default: T) -> Option<T> {
        match self {
            Setting::Absent => Some(default),
            Setting::Known(value) => Some(value),
            Setting::Unknown => None,
        }
    }

    /// The value, if it is given and known.
    pub fn known(self) -> Option<T> {
        if let Setting::Known(value) = self { Some(value) } else { None }
    }
}

impl Resource {
    /// What an argument is called where the resource stands: in a template of CloudFormation, whose resources have
    /// names without a type, it is a property.
    pub fn called<'n>(&self, argument: &'n str) -> &'n str {
        let property = || cloudformation::property(argument);
        let in_template = !self.address.contains("aws_kms_");
        in_template.then(property).flatten().unwrap_or(argument)
    }

    /// How a value is given to an argument there.
    pub fn assignment(&self, argument: &str, value: &str) -> String {
        let name = self.called(argument);
        if name == argument { format!("{name} = {value}") } else { format!("{name}: {value}") }
    }

    /// The value of an argument; none where it is not given, or `null`.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name).filter(|value| value.kind != Kind::Null)
    }

    /// Where an argument's value was written; where it was not, the resource.
    pub fn span_of(&self, name: &str) -> Span {
        self.argument(name).map_or(self.span, |value| value.span)
    }

    /// An argument that is a string.
    pub fn text(&self, name: &str) -> Setting<String> {
        self.read(name, |value| match &value.kind {
            Kind::Text(text) => text.as_known().map(String::from),
            Kind::Number(number) => Some(number.clone()),
            _ => None,
        })
    }

    /// An argument that is a whole number.
    pub fn number(&self, name: &str) -> Setting<i64> {
        self.read(name, |value| match &value.kind {
            Kind::Number(number) => number.parse().ok(),
            Kind::Text(text) => text.as_known()?.trim().parse().ok(),
            _ => None,
        })
    }

    /// An argument that is true or false.
    pub fn flag(&self, name: &str) -> Setting<bool> {
        self.read(name, |value| match &value.kind {
            Kind::Bool(flag) => Some(*flag),
            Kind::Text(text) => text.as_known()?.parse().ok(),
            _ => None,
        })
    }

    /// The strings of an argument that is a list of them, each with its place; none where the list or an item of it
    /// is not known.
    pub fn texts(&self, name: &str) -> Option<Vec<(String, Span)>> {
        let Some(value) = self.argument(name) else { return Some(Vec::new()) };
        let items = value.as_list().unwrap_or(std::slice::from_ref(value)).iter();
        items.map(|item| Some((item.as_text()?.as_known()?.into_owned(), item.span))).collect()
    }

    /// The nested blocks of a name; none where it is not known how many there are.
    pub fn blocks(&self, name: &str) -> Option<&[Value]> {
        match self.argument(name) {
            None => Some(&[]),
            Some(Value { kind: Kind::Object(_), .. }) => self.argument(name).map(std::slice::from_ref),
            Some(value) => value.as_list(),
        }
    }

    fn read<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Setting<T> {
        match self.argument(name) {
            None => Setting::Absent,
            Some(value) => read(value).map_or(Setting::Unknown, Setting::Known),
        }
    }

    /// Whether it is a key of some kind.
    pub fn is_key(&self) -> bool {
        use ResourceKind::{ExternalKey, Key, ReplicaExternalKey, ReplicaKey};
        matches!(self.kind, Key | ExternalKey | ReplicaKey | ReplicaExternalKey)
    }

    /// Whether AWS KMS can rotate the key's material by itself: symmetric encryption keys with material of its own,
    /// replicas as their primary says. None: not known.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>
    pub fn can_rotate(&self) -> Option<bool> {
        if self.kind != ResourceKind::Key {
            return Some(false);
        }
        let is = |setting: Setting<String>, wanted: &str| {
            setting.or_default(wanted.to_owned()).map(|found| found == wanted)
        };
        let facts = [
            is(self.text("customer_master_key_spec"), "SYMMETRIC_DEFAULT"),
            is(self.text("key_usage"), "ENCRYPT_DECRYPT"),
            is(self.text("origin"), "AWS_KMS"),
            match self.argument("custom_key_store_id").or(self.argument("xks_key_id")) {
                None => Some(true),
                Some(value) => value.as_text().map(|_| false),
            },
        ];
        match () {
            () if facts.contains(&Some(false)) => Some(false),
            () if facts.contains(&None) => None,
            () => Some(true),
        }
    }

    /// Whether an argument such as `key_id` names the resource at `address`; none where it is not known what it
    /// names.
    pub fn names(&self, argument: &str, address: &str) -> Option<bool> {
        let value = self.argument(argument)?;
        let references: Vec<&str> = match &value.kind {
            Kind::Unknown(symbol) => vec![&symbol.reference],
            Kind::Text(text) => text.symbols().map(|symbol| &*symbol.reference).collect(),
            _ => return None,
        };
        let of = |reference: &&str| is_of(reference, address);
        match () {
            () if references.iter().any(of) => Some(true),
            () if references.is_empty() => Some(false),
            // `aws_kms_key.other.key_id` is another key; `var.key_id` may be this one.
            () if references.iter().any(|it| it.contains("aws_kms_") && !it.contains("data.")) => Some(false),
            () => None,
        }
    }
}

/// Whether a reference, such as `aws_kms_key.main.arn`, is to the resource at `address` or to a part of it.
pub(crate) fn is_of(reference: &str, address: &str) -> bool {
    let rest = reference.strip_prefix(address);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(']))
}

impl Carried {
    /// Tells each policy what is configured of its key, where the carrier has not.
    pub(crate) fn tell_keys(&mut self) {
        for document in self.documents.iter_mut().filter(|document| document.role.is_of_key()) {
            let Some(address) = &document.address else { continue };
            let own = self.resources.iter().find(|resource| resource.address == *address);
            let key = match own {
                Some(policy) if policy.kind == ResourceKind::KeyPolicy => {
                    let named =
                        |key: &&Resource| key.is_key() && policy.names("key_id", &key.address) == Some(true);
                    self.resources.iter().find(named)
                }
                own => own,
            };
            let Some(facts) = key.map(Resource::facts) else { continue };
            let known = &mut document.key;
            known.usage = known.usage.take().or(facts.usage);
            known.spec = known.spec.take().or(facts.spec);
            known.multi_region = known.multi_region.or(facts.multi_region);
            known.imported = known.imported.or(facts.imported);
        }
    }
}

impl Resource {
    /// What its arguments, and the defaults of those that are not given, say of a key.
    pub fn facts(&self) -> KeyFacts {
        let symmetric = |name: &str, default: &str| match self.kind {
            ResourceKind::Key => self.text(name).or_default(default.to_owned()),
            ResourceKind::ExternalKey | ResourceKind::ReplicaExternalKey => Some(default.to_owned()),
            _ => None,
        };
        KeyFacts {
            usage: symmetric("key_usage", "ENCRYPT_DECRYPT"),
            spec: symmetric("customer_master_key_spec", "SYMMETRIC_DEFAULT"),
            imported: match self.kind {
                ResourceKind::Key => {
                    self.text("origin").or_default("AWS_KMS".to_owned()).map(|origin| origin == "EXTERNAL")
                }
                ResourceKind::ExternalKey | ResourceKind::ReplicaExternalKey => Some(true),
                _ => None,
            },
            multi_region: match self.kind {
                ResourceKind::ReplicaKey | ResourceKind::ReplicaExternalKey => Some(true),
                _ => self.flag("multi_region").or_default(false),
            },
            ..KeyFacts::default()
        }
    }
}

/// Whether a string stands in the configuration as it is: known, and not empty.
pub fn literal(value: &Value) -> Option<&Text> {
    value.as_text().filter(|text| text.as_known().is_some_and(|known| !known.trim().is_empty()))
}
