//! Patterns as IAM knows them: `*` for any characters, `?` for exactly one. Nothing can be escaped.

/// Whether `pattern` matches the whole of `text`. With `fold`, letters match whatever their case.
///
/// `*` crosses every character, `:` and `/` included. Time is `pattern` times `text` at worst, and linear for
/// patterns with one `*`.
pub fn matches(pattern: &str, text: &str, fold: bool) -> bool {
    match pattern.is_ascii() && text.is_ascii() {
        true => matches_ascii(pattern.as_bytes(), text.as_bytes(), fold),
        false => matches_characters(pattern, text, fold),
    }
}

/// Almost all that there is to match.
fn matches_ascii(pattern: &[u8], text: &[u8], fold: bool) -> bool {
    let (mut at, mut tried) = (0, 0);
    // After the last `*`: where the pattern goes on, and the place in the text where that was last tried.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(tried)) {
            (Some(b'*'), _) => {
                at += 1;
                retry = Some((at, tried));
            }
            (None, None) => return true,
            (Some(wanted), Some(found))
                if wanted == found || *wanted == b'?' || (fold && wanted.eq_ignore_ascii_case(found)) =>
            {
                at += 1;
                tried += 1;
            }
            (Some(_), None) => return false,
            _ => {
                let Some((after_star, last)) = &mut retry else { return false };
                *last += 1;
                (at, tried) = (*after_star, *last);
            }
        }
    }
}

fn matches_characters(pattern: &str, text: &str, fold: bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // After the last `*`: what follows it in the pattern, and the text from where it was last tried.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let (before_pattern, before_text) = (pattern.clone(), text.clone());
        match (pattern.next(), text.next()) {
            (Some('*'), _) => {
                retry = Some((pattern.clone(), before_text.clone()));
                text = before_text;
            }
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == '?' || same(wanted, found, fold) => {}
            (_, None) if before_pattern.clone().next().is_some() => return false,
            _ => {
                let Some((after_star, tried)) = &mut retry else { return false };
                if tried.next().is_none() {
                    return false;
                }
                (pattern, text) = (after_star.clone(), tried.clone());
            }
        }
    }
}

/// Whether there is a `*` or a `?` in it.
pub fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

fn same(a: char, b: char, fold: bool) -> bool {
    a == b || (fold && (a.eq_ignore_ascii_case(&b) || a.to_lowercase().eq(b.to_lowercase())))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a:b/c", true),
            ("**", "abc", true),
            ("?", "", false),
            ("?", "é", true),
            ("a*c", "abcbc", true),
            ("a*c", "abcb", false),
            ("a*b*c", "a-b-b-c", true),
            ("*ab", "aab", true),
            ("a?c*", "abc", true),
            ("a?c", "ac", false),
            ("arn:*:key/*", "arn:aws:kms:us-east-1:111122223333:key/1", true),
            ("abc*", "ab", false),
        ] {
            assert_eq!(matches(pattern, text, false), expected, "{pattern} {text}");
        }
        assert!(matches("KMS:decrypt", "kms:Decrypt", true));
        assert!(!matches("KMS:decrypt", "kms:Decrypt", false));
    }

    #[test]
    fn many_stars_stay_fast() {
        let (pattern, text) = ("*a".repeat(200), "a".repeat(2_000) + "b");
        assert!(!matches(&pattern, &text, false));
    }

    /// The definition, written down plainly.
    fn defined(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| defined(rest, &text[skip..])),
            Some((first, rest)) => text
                .split_first()
                .is_some_and(|(found, after)| (*first == '?' || first == found) && defined(rest, after)),
        }
    }

    #[test]
    fn agrees_with_the_definition() {
        let words = |letters: &[char], longest: u32| {
            let letters = letters.to_vec();
            let count = letters.len();
            (0..=longest).flat_map(move |length| {
                let letters = letters.clone();
                (0..count.pow(length)).map(move |mut number| {
                    (0..length)
                        .map(|_| {
                            let letter = letters[number % count];
                            number /= count;
                            letter
                        })
                        .collect::<Vec<char>>()
                })
            })
        };
        for pattern in words(&['a', 'b', '*', '?'], 5) {
            for text in words(&['a', 'b'], 5) {
                let (p, t) = (pattern.iter().collect::<String>(), text.iter().collect::<String>());
                assert_eq!(matches(&p, &t, false), defined(&pattern, &text), "{p} {t}");
                assert_eq!(super::matches_characters(&p, &t, false), defined(&pattern, &text), "{p} {t}");
            }
        }
    }
}
