//! A template: its sections, and the resources in it.

use super::parameters::Parameters;
use crate::value::{Kind, Member, Value};

/// A template that was read.
pub(super) struct Template<'v> {
    /// The file it stands in.
    pub(super) path: &'v str,
    /// The object with the sections.
    sections: &'v Value,
    /// Values of parameters that were given.
    pub(super) given: &'v Parameters,
}

impl<'v> Template<'v> {
    pub(super) fn new(path: &'v str, root: &'v Value, given: &'v Parameters) -> Option<Self> {
        is_sections(root).then_some(Template { path, sections: root, given })
    }

    /// A part of a template whose sections are somewhere else.
    pub(super) fn part(path: &'v str, nothing: &'v Value, given: &'v Parameters) -> Self {
        Template { path, sections: nothing, given }
    }

    /// The members of `Resources`.
    pub(super) fn resources(&self) -> &'v [Member] {
        self.sections.get("Resources").and_then(Value::as_object).unwrap_or_default()
    }

    /// An entry of a section, such as `Parameters`.
    pub(super) fn entry(&self, section: &str, name: &str) -> Option<&'v Member> {
        let members = self.sections.get(section)?.as_object()?;
        members.iter().rev().find(|member| member.key.as_known().as_deref() == Some(name))
    }

    /// A resource by its logical id.
    pub(super) fn resource(&self, name: &str) -> Option<&'v Value> {
        self.entry("Resources", name).map(|member| &member.value)
    }
}

/// An object whose `Resources` holds something of CloudFormation's types.
pub(super) fn is_sections(value: &Value) -> bool {
    let Some(resources) = value.get("Resources").and_then(Value::as_object) else { return false };
    let is_resource = |member: &Member| match &member.value.kind {
        Kind::Object(_) => member.value.get("Type").and_then(Value::as_text).is_some_and(|name| {
            let name = name.to_string();
            name.contains("::") && !name.contains(' ')
        }),
        Kind::List(_) => member.key.to_string().starts_with("Fn::ForEach"),
        _ => false,
    };
    value.get("AWSTemplateFormatVersion").is_some() || resources.iter().any(is_resource)
}
