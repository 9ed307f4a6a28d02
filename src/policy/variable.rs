//! Policy variables in the value of a condition: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

/// A policy variable that is written wrongly, so that it is no variable and the text is compared as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenVariable {
    /// Its brace is never closed.
    Brace,
    /// The quote of its default is never closed.
    Quote,
    /// There are blanks around its name.
    Blank,
    /// It has no name.
    Empty,
}

/// The names of the variables of a text, in lower case, and what is wrong with the first that is broken. What does not
/// look like a condition key is none: it may be a placeholder of a template.
pub fn variables(text: &str) -> (Vec<String>, Option<BrokenVariable>) {
    let (mut names, mut broken) = (Vec::new(), None);
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("${") {
        let (inner, after) = match behind.split_once('}') {
            Some((inner, after)) => (inner, Some(after)),
            None => (behind, None),
        };
        let (name, default) = match inner.split_once(',') {
            Some((name, default)) => (name, Some(default.trim())),
            None => (inner, None),
        };
        let is_key = ["aws:", "kms:", "saml:"]
            .iter()
            .any(|prefix| name.trim().to_ascii_lowercase().starts_with(prefix));
        let quoted =
            |default: &str| default.len() > 1 && default.starts_with('\'') && default.ends_with('\'');
        let mistake = match default {
            _ if after.is_none() => is_key.then_some(BrokenVariable::Brace),
            Some(default) if is_key && !quoted(default) => Some(BrokenVariable::Quote),
            _ if is_key && name.trim() != name => Some(BrokenVariable::Blank),
            _ if inner.is_empty() => Some(BrokenVariable::Empty),
            _ => None,
        };
        broken = broken.or(mistake);
        if is_key && mistake.is_none() {
            names.push(name.to_ascii_lowercase());
        }
        let Some(after) = after else { break };
        rest = after;
    }
    (names, broken)
}

#[cfg(test)]
mod tests {
    use super::{BrokenVariable, variables};

    #[test]
    fn tells_variables_from_what_is_none() {
        for (text, names, broken) in [
            ("plain", vec![], None),
            ("${aws:username}", vec!["aws:username"], None),
            (
                "a/${aws:PrincipalTag/team, 'none'}/b-${kms:EncryptionContext:x}",
                vec!["aws:principaltag/team", "kms:encryptioncontext:x"],
                None,
            ),
            ("${account_id}", vec![], None),
            ("${*}${?}${$}", vec![], None),
            ("${}", vec![], Some(BrokenVariable::Empty)),
            ("${aws:username", vec![], Some(BrokenVariable::Brace)),
            ("${account", vec![], None),
            ("${ aws:username }", vec![], Some(BrokenVariable::Blank)),
            ("${aws:username, 'x}", vec![], Some(BrokenVariable::Quote)),
            ("${aws:username, x}", vec![], Some(BrokenVariable::Quote)),
        ] {
            assert_eq!(variables(text), (names.into_iter().map(str::to_owned).collect(), broken), "{text}");
        }
    }
}
