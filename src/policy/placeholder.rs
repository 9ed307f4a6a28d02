//! What examples and templates leave to be replaced.

/// Words that stand for an account id, without separators and in lower case.
const ACCOUNTS: [&str; 4] = ["accountid", "accountnumber", "accountno", "accountarn"];

/// Words that stand for the ARN of somebody, likewise.
const ARNS: [&str; 6] = ["rolearn", "iamrolearn", "userarn", "iamuserarn", "principalarn", "yourrolearn"];

/// Words that stand for a part of an ARN, likewise.
const PARTS: [&str; 8] =
    ["region", "yourregion", "regioncode", "keyid", "yourkeyid", "rolename", "username", "service"];

/// Words that stand for anything, likewise.
const ANYTHING: [&str; 5] = ["undefined", "placeholder", "changeme", "todo", "tbd"];

const BRACKETS: [(char, char); 4] = [('<', '>'), ('‹', '›'), ('[', ']'), ('{', '}')];

/// Whether the whole of a text stands for the ARN of somebody or something, or for anything at all.
pub(crate) fn is_arn_placeholder(text: &str) -> bool {
    let ends = ["ARN", "Arn", "_arn", "-arn", " arn"].iter().any(|end| text.ends_with(end));
    let folded = folded(text);
    let word = ARNS.contains(&folded.as_str()) || ANYTHING.contains(&folded.as_str());
    let named = ends && !text.contains(':') || word;
    let shown = |inner: &str| is_arn_placeholder(inner) || inner.starts_with("arn:");
    named || emphasized(text).is_some_and(shown) || is_bracketed(text)
}

/// Whether the whole of a text stands for an account id.
pub(crate) fn is_account_placeholder(text: &str) -> bool {
    let folded = folded(text);
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let named = !text.contains([':', '/']) && ACCOUNTS.iter().any(|end| word.ends_with(end));
    named || is_bracketed(text) && folded.contains("account") || is_drawn(text)
}

/// Whether a text stands for an account id where one has to be: in an ARN.
pub(super) fn stands_for_account(text: &str) -> bool {
    is_account_placeholder(text) || is_bracketed(text) || text.to_lowercase().contains("account")
}

/// The part of a text that an example left to be replaced: `<account-id>`, `{role-name}`, `ACCOUNT_ID`.
pub(crate) fn placeholder(text: &str) -> Option<String> {
    let whole = || is_arn_placeholder(text).then(|| text.to_owned());
    bracketed(text).or_else(whole).or_else(|| word(text))
}

fn bracketed(text: &str) -> Option<String> {
    BRACKETS.into_iter().find_map(|(open, close)| {
        let (before, rest) = text.split_once(open)?;
        let (name, _) = rest.trim_start_matches(open).split_once(close)?;
        // `${aws:username}` is a variable of IAM.
        let variable = open == '{' && before.ends_with('$');
        let worded = name.chars().all(|c| c.is_alphanumeric() || " -_.:/".contains(c));
        (worded && !variable && name.contains(char::is_alphabetic)).then(|| format!("{open}{name}{close}"))
    })
}

fn is_bracketed(text: &str) -> bool {
    let around = BRACKETS.iter().any(|(open, close)| text.starts_with(*open) && text.ends_with(*close));
    around && bracketed(text).is_some()
}

/// `*myKeyARN*`: how a page shows what to replace.
fn emphasized(text: &str) -> Option<&str> {
    text.strip_prefix('*')?.strip_suffix('*').filter(|inner| !inner.is_empty())
}

/// A part of the text, cut at its colons and slashes, and at the dots of a service's name.
fn word(text: &str) -> Option<String> {
    let stands_for = |part: &&str| {
        let folded = folded(part);
        let known = [&ARNS[..], &PARTS[..]].iter().any(|words| words.contains(&folded.as_str()));
        known
            || part.starts_with("ReplacedBy")
            || part.starts_with("REPLACE")
            || is_account_placeholder(part) && !is_drawn(part)
    };
    let account =
        || text.strip_prefix("arn:")?.split(':').nth(3).filter(|account| stands_for_account(account));
    let dotted = text.contains(".amazonaws.com");
    let cut = |c: char| c == ':' || c == '/' || dotted && c == '.';
    let drawn = || Some(text).filter(|text| is_drawn(text));
    account().or_else(|| text.split(cut).find(stands_for)).or_else(drawn).map(str::to_owned)
}

/// `XXXXXXXXXXXX`, `0123456789`, `11111111111`: drawn in place of an account id, and none.
fn is_drawn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.len() > 7 && bytes.len() != 12 && bytes.iter().all(u8::is_ascii_digit);
    let next = |pair: &[u8], by: u8| matches!(pair, [a, b] if (a - b'0' + by) % 10 == b - b'0');
    let run = |by: u8| bytes.windows(2).all(|pair| next(pair, by));
    let crossed = bytes.len() > 2 && bytes.iter().all(|byte| matches!(byte, b'x' | b'X' | b'#'));
    crossed || digits && (run(0) || run(1))
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['-', '_', ' ', '.'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_left_to_be_replaced() {
        let found = |text| placeholder(text).unwrap_or_default();
        for (text, part) in [
            ("arn:aws:iam::ACCOUNT-ID:root", "ACCOUNT-ID"),
            ("arn:aws:iam::<account id>:root", "<account id>"),
            ("arn:aws:logs:eu-west-1:[account-id]:*", "[account-id]"),
            ("arn:aws:iam::YourAccountNumber:role/orders", "YourAccountNumber"),
            ("arn:aws:iam::account-B-id:user/someone", "account-B-id"),
            ("arn:aws:iam::111122223333:role/{role-name}", "{role-name}"),
            ("arn:aws:logs:us-east-1:0123456789:*", "0123456789"),
            ("arn:aws:logs:region:111122223333:*", "region"),
            ("<arn:aws:iam::111122223333:role/orders>", "<arn:aws:iam::111122223333:role/orders>"),
            ("logs.Region.amazonaws.com", "Region"),
            ("Your_account_ID", "Your_account_ID"),
            ("account-id2", "account-id2"),
            ("Your role ARN", "Your role ARN"),
            ("undefined", "undefined"),
            ("*myKeyARN*", "*myKeyARN*"),
        ] {
            assert_eq!(found(text), part, "{text}");
        }
        for text in [
            "arn:aws:iam::111122223333:role/accounting",
            "arn:aws:iam::111122223333:role/account-manager",
            "arn:aws:iam::1111222233:role/orders",
            "arn:aws:s3:::region-logs",
            "logs.eu-west-1.amazonaws.com",
            "${aws:username}",
            "*",
            "**",
            "<111122223333>",
            "<>",
            "role/[*]",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
    }
}
