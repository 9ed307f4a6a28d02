//! Findings that were there before: accepted when kmslint was introduced, and kept out of the report until what
//! they are about changes.
//!
//! One line for each fingerprint, sorted: the fingerprint, how many findings have it, the rule, the key and the
//! `Sid`. Only the first two count; the rest is for whoever reviews the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::finding::Finding;
use crate::report::visible;
use crate::suppress::{By, Suppressed};

const HEAD: &str =
    "# kmslint baseline 1: findings that were accepted; `kmslint --write-baseline FILE` writes it\n";

/// The fingerprints that were accepted, and how often each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    count: usize,
    told: String,
}

impl Baseline {
    /// Accepts these findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Baseline {
        let mut baseline = Baseline::default();
        for finding in findings {
            let entry = baseline.entries.entry(finding.fingerprint.clone()).or_default();
            entry.count += 1;
            let [key, sid] = [&finding.key, &finding.sid].map(|it| it.as_deref().unwrap_or("-"));
            entry.told = format!("{} {} {}", finding.rule, visible(key), visible(sid));
        }
        baseline
    }

    /// Reads a file that [`Baseline::write`] made.
    ///
    /// # Errors
    /// The number of the first line that is none of it, from 1.
    pub fn read(text: &str) -> Result<Baseline, usize> {
        let mut entries = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.splitn(3, ' ');
            let fingerprint = words.next().unwrap_or_default();
            let right = fingerprint.len() == 32 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
            let count = words.next().and_then(|count| count.parse().ok()).filter(|_| right);
            let Some(count) = count else { return Err(at + 1) };
            let told = words.next().unwrap_or_default().to_owned();
            entries.insert(fingerprint.to_owned(), Entry { count, told });
        }
        Ok(Baseline { entries })
    }

    /// The file, sorted by what it tells, so that a review sees a key's entries together.
    pub fn write(&self) -> String {
        let mut lines: Vec<(&Entry, &String)> =
            self.entries.iter().map(|(print, entry)| (entry, print)).collect();
        lines.sort_by(|(a, x), (b, y)| (&a.told, x).cmp(&(&b.told, y)));
        let mut text = HEAD.to_owned();
        for (entry, fingerprint) in lines {
            let _ = writeln!(text, "{fingerprint} {} {}", entry.count, entry.told);
        }
        text
    }

    /// Takes out the findings that were accepted, and returns them with what is told of the entries that no finding
    /// has any more.
    pub fn apply(&self, findings: &mut Vec<Finding>) -> (Vec<Suppressed>, Vec<String>) {
        let mut left: BTreeMap<&str, usize> =
            self.entries.iter().map(|(print, entry)| (print.as_str(), entry.count)).collect();
        let mut accepted = Vec::new();
        let mut kept = Vec::new();
        for finding in findings.drain(..) {
            match left.get_mut(finding.fingerprint.as_str()) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    accepted.push(Suppressed { finding, by: By::Baseline, reason: None });
                }
                _ => kept.push(finding),
            }
        }
        *findings = kept;
        let stale =
            self.entries.iter().filter(|(print, _)| left.get(print.as_str()).is_some_and(|left| *left > 0));
        let mut stale: Vec<String> = stale.map(|(_, entry)| entry.told.clone()).collect();
        stale.sort();
        (accepted, stale)
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;

    #[test]
    fn it_reads_what_it_writes_and_nothing_else() {
        let text = format!("{}{} 2 KMS201 aws_kms_key.main Open key\n", super::HEAD, "0".repeat(32));
        assert_eq!(Baseline::read(&text).map(|baseline| baseline.write()), Ok(text));
        assert_eq!(Baseline::read("# x\n\nKMS201\n"), Err(3));
        assert_eq!(Baseline::read(&format!("{} many", "0".repeat(32))), Err(1));
    }
}
