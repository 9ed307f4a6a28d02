//! Statements, policies, and pairs of policies of which one is often an edit of the other.

use super::Numbers;
use super::world::{ACTIONS, KEYS, Key, OPERATORS, PRINCIPALS, RESOURCES, VARIABLES};

/// One operator with one key or two.
fn condition(numbers: &mut Numbers) -> (String, String) {
    let base = numbers.pick(&OPERATORS);
    let takes = |key: &&Key| base == "Null" || key.operators.contains(&base);
    let keys: Vec<&Key> = KEYS.iter().filter(takes).collect();
    let key = keys[numbers.below(keys.len())];
    if base == "Null" {
        let value = numbers.pick(&[r#""true""#, r#""false""#, "true", r#"["true","false"]"#, r#"["TRUE"]"#]);
        return (base.to_owned(), format!(r#""{}":{value}"#, key.name));
    }
    let quantifier = match numbers.below(if key.several { 3 } else { 8 }) {
        0 => "ForAllValues:",
        1 => "ForAnyValue:",
        _ => "",
    };
    let suffix = if numbers.once_in(4) { "IfExists" } else { "" };
    let mut operator = format!("{quantifier}{base}{suffix}");
    if numbers.once_in(20) {
        operator = operator.to_lowercase();
    }
    let mut members = vec![member(numbers, key)];
    let other = keys[numbers.below(keys.len())];
    if other.name != key.name && numbers.once_in(8) {
        members.push(member(numbers, other));
    }
    (operator, members.join(","))
}

/// A key with its values.
fn member(numbers: &mut Numbers, key: &Key) -> String {
    let name = if numbers.once_in(6) { key.name.to_lowercase() } else { key.name.to_owned() };
    let mut values = vec![numbers.pick(key.values)];
    if numbers.once_in(3) {
        values.push(numbers.pick(key.values));
    }
    if numbers.once_in(80) {
        values = vec![numbers.pick(&VARIABLES)];
    }
    if numbers.once_in(40) {
        values.clear();
    }
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    match quoted.as_slice() {
        [one] if numbers.once_in(2) => format!(r#""{name}":{one}"#),
        _ => format!(r#""{name}":[{}]"#, quoted.join(",")),
    }
}

/// A statement.
pub(crate) fn statement(numbers: &mut Numbers) -> String {
    let effect = if numbers.once_in(4) { "Deny" } else { "Allow" };
    let mut conditions: Vec<(String, String)> =
        (0..numbers.pick(&[0, 0, 1, 1, 2, 3])).map(|_| condition(numbers)).collect();
    // One operator, one block.
    conditions.sort();
    conditions.dedup_by(|a, b| a.0.eq_ignore_ascii_case(&b.0));
    let conditions: Vec<String> =
        conditions.iter().map(|(operator, members)| format!(r#""{operator}":{{{members}}}"#)).collect();
    let principal = if numbers.once_in(12) { "NotPrincipal" } else { "Principal" };
    let action = if numbers.once_in(12) { "NotAction" } else { "Action" };
    let resource = if numbers.once_in(8) { numbers.pick(&RESOURCES) } else { r#","Resource":"*""# };
    format!(
        r#"{{"Effect":"{effect}","{principal}":{},"{action}":{}{resource},"Condition":{{{}}}}}"#,
        numbers.pick(&PRINCIPALS),
        numbers.pick(&ACTIONS),
        conditions.join(",")
    )
}

/// A policy of these statements.
pub(crate) fn document(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// Two policies, in most cases one an edit of the other.
pub(crate) fn pair(numbers: &mut Numbers) -> (String, String) {
    let count = 1 + numbers.below(4);
    let old: Vec<String> = (0..count).map(|_| statement(numbers)).collect();
    let mut new = old.clone();
    match numbers.below(5) {
        0 => drop(new.remove(numbers.below(count))),
        1 => new[numbers.below(count)] = statement(numbers),
        2 => new.reverse(),
        3 => new.push(statement(numbers)),
        _ => new = (0..=numbers.below(4)).map(|_| statement(numbers)).collect(),
    }
    let mut version = |text: String| match numbers.below(12) {
        0 => text.replace("2012-10-17", "2008-10-17"),
        1 => text.replace(r#""Version":"2012-10-17","#, ""),
        _ => text,
    };
    (version(document(&old)), version(document(&new)))
}
