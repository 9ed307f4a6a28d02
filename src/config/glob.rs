//! Patterns over paths, as git's ignore files have them: `*` stays inside a folder, `**` does not.

use crate::glob;

/// Whether `pattern` matches a path with `/` between its parts. A pattern without `/` matches a name in any
/// folder; one that ends with `/` or names a folder matches all that is in it.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let anchored = pattern.trim_end_matches('/').contains('/');
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return false;
    }
    if anchored {
        return prefix(&parts, &path);
    }
    (0..path.len()).any(|from| prefix(&parts, path.get(from..).unwrap_or_default()))
}

/// Whether the pattern matches the path or a folder that holds it.
fn prefix(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, _) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| {
            let left = path.get(skip..).unwrap_or_default();
            // `kms/**` matches what is in the folder, not the folder.
            prefix(rest, left) && (!rest.is_empty() || !path.is_empty())
        }),
        (Some(_), None) => false,
        (Some((first, rest)), Some((name, below))) => {
            glob::matches(first, name, false) && prefix(rest, below)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("*.json", "a/b/policy.json", true),
            ("*.json", "policy.tf", false),
            ("kms/*.tf", "kms/main.tf", true),
            ("kms/*.tf", "kms/deep/main.tf", false),
            ("kms/**/*.tf", "kms/deep/er/main.tf", true),
            ("kms/**/*.tf", "kms/main.tf", true),
            ("kms/**", "kms/main.tf", true),
            ("kms/**", "kms", false),
            ("kms", "modules/kms/main.tf", true),
            ("kms/", "modules/kms/main.tf", true),
            ("modules/kms", "modules/kms/main.tf", true),
            ("./modules", "modules/main.tf", true),
            ("odules", "modules/main.tf", false),
            ("**/legacy/**", "a/b/legacy/c.tf", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
