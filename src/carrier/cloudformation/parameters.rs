//! Values that the user gives for the parameters of templates: what `--parameters` names.

use super::values;
use crate::source::{FileId, Sources};
use crate::syntax::{json, yaml};
use crate::value::{Kind, Value};

/// Names and values of parameters; of two with one name the later one counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(Vec<(String, Value)>);

impl Parameters {
    /// Adds the parameters of a file: the list of `ParameterKey` and `ParameterValue` that `aws cloudformation` takes,
    /// an object of names and values, or one with such an object in `Parameters`; in JSON or YAML.
    ///
    /// # Errors
    /// What is wrong with the file, as one sentence for people.
    pub fn read(&mut self, sources: &Sources, file: FileId) -> Result<(), String> {
        let source = sources.file(file);
        let is_json = source.text().trim_start().starts_with(['{', '[']);
        let (roots, errors) = if is_json {
            let (root, errors) = json::parse_file(&source, file);
            (root.into_iter().collect(), errors)
        } else {
            yaml::parse_file(&source, file)
        };
        if let Some(error) = errors.first() {
            let line = source.position(error.span.start).line;
            return Err(format!("line {line}: {}", error.message));
        }
        for root in roots {
            self.take(&root).ok_or("there are no parameters in it")?;
        }
        Ok(())
    }

    fn take(&mut self, root: &Value) -> Option<()> {
        match &root.kind {
            Kind::List(items) => {
                for item in items {
                    let name = values::known(item.get("ParameterKey")?)?;
                    // Without a value the one that the stack has stays, and that is not known.
                    if let Some(value) = item.get("ParameterValue") {
                        self.0.push((name, value.clone()));
                    }
                }
            }
            Kind::Object(members) => match root.get("Parameters") {
                Some(inner) if inner.as_object().is_some() => self.take(inner)?,
                _ => {
                    let given = members.iter().map(|member| (member.key.to_string(), member.value.clone()));
                    self.0.extend(given);
                }
            },
            _ => return None,
        }
        Some(())
    }

    /// The value that is given for a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value)
    }
}
