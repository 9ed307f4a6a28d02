//! Words that stand for an account id in examples and templates.

/// Words that stand for an account id, without separators and in lower case.
const WORDS: [&str; 9] = [
    "accountid",
    "awsaccountid",
    "youraccountid",
    "myaccountid",
    "accountnumber",
    "yourawsaccountid",
    "sourceaccountid",
    "externalaccountid",
    "destinationaccountid",
];

/// Words that stand for the ARN of somebody.
const ARNS: [&str; 6] = ["rolearn", "iamrolearn", "userarn", "iamuserarn", "principalarn", "yourrolearn"];

/// Whether the whole of a text stands for the ARN of somebody.
pub(crate) fn is_arn_placeholder(text: &str) -> bool {
    ARNS.contains(&folded(text).as_str())
}

/// Whether the whole of a text stands for an account id.
pub(crate) fn is_account_placeholder(text: &str) -> bool {
    let bracketed = text.starts_with(['<', '‹', '[']) && text.ends_with(['>', '›', ']']);
    placeholder(text).is_some_and(|found| bracketed || found == text)
}

/// The part of a text that an example left to be replaced: `<account-id>`, `[account-id]`, `ACCOUNT_ID`.
pub(crate) fn placeholder(text: &str) -> Option<String> {
    bracketed(text).or_else(|| word(text))
}

fn bracketed(text: &str) -> Option<String> {
    [('<', '>'), ('‹', '›'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (_, rest) = text.split_once(open)?;
        let (name, _) = rest.split_once(close)?;
        let worded = name.chars().all(|c| c.is_alphanumeric() || " -_.".contains(c));
        (worded && name.contains(char::is_alphabetic)).then(|| format!("{open}{name}{close}"))
    })
}

/// A part of the text, cut at its colons and slashes.
fn word(text: &str) -> Option<String> {
    let stands_for = |part: &&str| {
        let known = [&WORDS[..], &ARNS[..]].iter().any(|words| words.contains(&folded(part).as_str()));
        known || part.starts_with("ReplacedBy") || part.starts_with("REPLACE")
    };
    text.split([':', '/']).find(stands_for).map(str::to_owned)
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['-', '_', ' ', '.'], "")
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn finds_what_was_left_to_be_replaced() {
        let found = |text| placeholder(text).unwrap_or_default();
        assert_eq!(found("arn:aws:iam::ACCOUNT-ID:root"), "ACCOUNT-ID");
        assert_eq!(found("arn:aws:iam::<account id>:root"), "<account id>");
        assert_eq!(found("arn:aws:logs:region:[account-id]:*"), "[account-id]");
        assert_eq!(found("Your_account_ID"), "Your_account_ID");
        for text in ["arn:aws:iam::111122223333:role/accounting", "*", "<111122223333>", "<>", "role/[*]"] {
            assert_eq!(found(text), "", "{text}");
        }
    }
}
