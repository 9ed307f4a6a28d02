//! "Did you mean …?"

use super::data;
use super::keys::Form;

/// The action, or the pattern, that was probably meant by an unknown action such as `kms:ReEncrypt`.
pub fn nearest_action(written: &str) -> Option<String> {
    let name = match written.split_once(':') {
        Some((service, name)) if distance(&service.to_lowercase(), "kms") <= 1 => name,
        Some(_) => return None,
        None => written,
    };
    let name = name.trim();
    let plain = name.trim_end_matches('*');
    let actions = || data::KEY_ACTIONS.iter().chain(data::ACCOUNT_ACTIONS);
    if let Some(action) = actions().find(|action| action.short_name().eq_ignore_ascii_case(plain)) {
        return Some(if name == plain { action.name.to_owned() } else { format!("{}*", action.name) });
    }
    // `kms:ReEncrypt`, `kms:Describe`: a whole word that names begin with lacks its asterisk.
    let begins = actions().find_map(|action| {
        let short = action.short_name();
        let (head, rest) = short.split_at_checked(plain.len())?;
        let whole_word = rest.starts_with(|c: char| c.is_ascii_uppercase());
        (!plain.is_empty() && head.eq_ignore_ascii_case(plain) && whole_word).then_some(head)
    });
    if let Some(head) = begins {
        return Some(format!("kms:{head}*"));
    }
    nearest(plain, actions().map(super::Action::short_name)).map(|near| format!("kms:{near}"))
}

/// The condition key that was probably meant by an unknown one.
pub fn nearest_condition_key(written: &str) -> Option<&'static str> {
    let folded = written.to_lowercase();
    let stem = |key: &&super::ConditionKey| {
        key.form != Form::One && key.folded.trim_end_matches([':', '/']) == folded
    };
    let keys = data::CONDITION_KEYS;
    if let Some(key) = keys.iter().find(stem) {
        return Some(key.name);
    }
    let single = || keys.iter().filter(|key| key.form == Form::One);
    // `kms:CallerAccountId`, `SourceArn`, `kms:SourceArn`: a word too many, the prefix lacking or another one.
    let name = folded.split_once(':').map_or(folded.as_str(), |(_, name)| name);
    let same_name =
        |key: &&super::ConditionKey| key.folded.split_once(':').is_some_and(|(_, known)| known == name);
    let longer = single()
        .filter(|key| folded.strip_prefix(key.folded).is_some_and(|rest| rest.len() <= 4))
        .max_by_key(|key| key.folded.len());
    single().find(same_name).or(longer).map(|key| key.name).or_else(|| {
        let near = nearest(&folded, single().map(|key| key.folded))?;
        single().find(|key| key.folded == near).map(|key| key.name)
    })
}

/// The service that was probably meant by an unknown one in `kms:ViaService`.
pub fn nearest_via_service(written: &str) -> Option<&'static str> {
    nearest(written, data::VIA_SERVICES.iter().copied())
}

/// The Region that was probably meant by one that does not exist, such as an availability zone.
pub fn nearest_region(written: &str) -> Option<&'static str> {
    nearest(written, data::PARTITIONS.iter().flat_map(|partition| partition.regions).copied())
}

/// The value of an enumeration that was probably meant by an unknown one.
pub fn nearest_value(key: &super::ConditionKey, written: &str) -> Option<&'static str> {
    nearest(written, key.values.iter().copied())
}

/// The candidate with the smallest edit distance, case left out, if it is near enough to be what was meant:
/// at most a third of the length, and three. Of equals, the first.
pub(crate) fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase();
    if folded.len() > 100 {
        return None;
    }
    let limit = (folded.chars().count() / 3).clamp(1, 3);
    candidates
        .filter(|candidate| candidate.len().abs_diff(folded.len()) <= limit)
        .map(|candidate| (distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edit distance: insertions, deletions, replacements; two neighbours changing places count as one.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // Distances from what was read of `a`, and before its last one and two characters, to each start of `b`.
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        let mut previous = None;
        let twice = std::iter::once(None).chain(before.iter().map(Some));
        for ((pair, to), swapped) in row.windows(2).zip(&b).zip(twice.chain(std::iter::repeat(None))) {
            let &[diagonal, above] = pair else { continue };
            let mut best = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            if let Some(swapped) = swapped.filter(|_| last == Some(*to) && previous == Some(from)) {
                best = best.min(swapped + 1);
            }
            next.push(best);
            (left, previous) = (best, Some(*to));
        }
        before = std::mem::replace(&mut row, next);
        last = Some(from);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ac", 1),
            ("abc", "acb", 1),
            ("ba", "ab", 1),
            ("decrytp", "decrypt", 1),
            ("kitten", "sitting", 3),
            ("abcd", "badc", 2),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn near_enough() {
        assert_eq!(nearest("Priincipal", ["Action", "Principal"].into_iter()), Some("Principal"));
        assert_eq!(nearest("Id", ["Sid"].into_iter()), Some("Sid"));
        assert_eq!(nearest("Foo", ["Sid", "Action"].into_iter()), None);
        assert_eq!(nearest(&"x".repeat(10_000), ["Sid"].into_iter()), None);
    }
}
