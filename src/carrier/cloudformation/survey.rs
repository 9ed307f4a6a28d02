//! Which resources of a template in YAML can matter, told by their lines. The others are not read.
//!
//! A template is mostly buckets, queues and functions. What is surely sound in it, has no policy and is named by
//! nothing that is kept becomes a comment, so that offsets stay.

use crate::syntax::yaml::is_plain;

/// What the types of resources begin with that are read, or hold others.
const READ: [&str; 5] =
    ["AWS::KMS::", "AWS::IAM::", "AWS::SSO::", "AWS::Serverless::", "AWS::CloudFormation::"];

/// A resource: its lines, the first of which has its name.
struct Resource<'t> {
    name: &'t str,
    /// Its type, where that is plain to see.
    kind: Option<&'t str>,
    /// The column of what it says of itself.
    inner: usize,
    start: usize,
    end: usize,
}

/// The text of a template without the resources that cannot matter; none where all of them can, or it is not told.
pub(super) fn sketch(text: &str) -> Option<String> {
    // A loop makes names that stand nowhere.
    if has(text, "Fn::ForEach") {
        return None;
    }
    let all = resources(text)?;
    let is_other = |resource: &&Resource<'_>| {
        resource.kind.is_some_and(|kind| !READ.iter().any(|read| kind.starts_with(read)))
            && text.get(resource.start..resource.end).is_some_and(is_plain)
    };
    let (mut others, kept): (Vec<_>, Vec<_>) = all.iter().partition(is_other);
    // What is kept may name others, and they more.
    while !others.is_empty() && !kept.is_empty() {
        let rest = without(text, &others);
        let known = others.len();
        others.retain(|resource| !has(&rest, resource.name));
        if others.len() == known {
            return Some(rest);
        }
    }
    None
}

/// The resources of a template in block style; none where its lines are not told apart.
fn resources(text: &str) -> Option<Vec<Resource<'_>>> {
    const SECTION: &str = "Resources:\n";
    let section = match text.starts_with(SECTION) {
        true => 0,
        false => memchr::memmem::find(text.as_bytes(), b"\nResources:\n")? + 1,
    };
    let (mut all, mut indent): (Vec<Resource<'_>>, usize) = (Vec::new(), 0);
    let mut start = section + SECTION.len();
    for line in text.get(start..)?.split_inclusive('\n') {
        let column = line.bytes().take_while(|byte| *byte == b' ').count();
        let word = line.get(column..)?.trim_ascii_end();
        let end = start + line.len();
        if word.is_empty() || word.starts_with('#') {
            // It goes with what stands above.
            if let Some(resource) = all.last_mut() {
                resource.end = end;
            }
        } else if column == 0 {
            break;
        } else if column > indent && indent > 0 {
            let resource = all.last_mut()?;
            resource.end = end;
            if resource.inner == 0 {
                resource.inner = column;
            }
            if resource.inner == column && resource.kind.is_none() {
                resource.kind = word.strip_prefix("Type: ").filter(|kind| kind.starts_with("AWS::"));
            }
        } else if column == indent || indent == 0 {
            indent = column;
            all.push(Resource { name: word.strip_suffix(':')?, kind: None, inner: 0, start, end });
        } else {
            return None;
        }
        start = end;
    }
    Some(all)
}

/// The text with each of these resources as one comment of the same length.
fn without(text: &str, others: &[&Resource<'_>]) -> String {
    let (mut rest, mut done) = (String::with_capacity(text.len()), 0);
    for Resource { start, end, .. } in others {
        rest.push_str(text.get(done..*start).unwrap_or_default());
        rest.push('#');
        rest.extend(std::iter::repeat_n(' ', (end - start).saturating_sub(2)));
        rest.push('\n');
        done = *end;
    }
    rest.push_str(text.get(done..).unwrap_or_default());
    rest
}

fn has(text: &str, word: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::sketch;

    const KEY: &str = "  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      Description: !Ref Named\n";

    fn kept(resources: &str) -> Option<Vec<&'static str>> {
        let text = format!("Parameters:\n  Stage: {{}}\nResources:\n{resources}\nOutputs: {{}}\n");
        let rest = sketch(&text)?;
        assert_eq!(rest.len(), text.len());
        let is_kept = |name: &&str| rest.contains(&format!("\n  {name}:"));
        Some(["Key", "Named", "Other", "Again", "Stage"].into_iter().filter(is_kept).collect())
    }

    #[test]
    fn what_nothing_names_is_left_out() {
        let bucket = |name: &str, more: &str| format!("  {name}:\n    Type: AWS::S3::Bucket\n{more}");
        let named = bucket("Named", "    DependsOn: Again\n\n");
        let all = named.clone() + &bucket("Other", "") + KEY + &bucket("Again", "    # a word\n");
        assert_eq!(kept(&all), Some(vec!["Key", "Named", "Again", "Stage"]));
        for line in ["    x: {y\n", "    x: &y z\n", "  x: y\n", "     x: y\n"] {
            let all = named.clone() + &bucket("Other", line) + KEY;
            assert_eq!(kept(&all), None, "{line}");
        }
        let role = bucket("Other", "").replace("S3::Bucket", "IAM::Role");
        assert_eq!(kept(&(named.clone() + &role + KEY)), None);
        assert_eq!(kept(&bucket("Other", "")), None);
        assert_eq!(kept(&(KEY.to_owned() + "  Fn::ForEach::X:\n    - a\n" + &bucket("Other", ""))), None);
    }

    #[test]
    fn a_template_without_an_end_of_line_is_whole() {
        let text = format!("Resources:\n{KEY}  Other:\n    Type: AWS::S3::Bucket");
        assert_eq!(sketch(&text).map(|rest| rest.len()), Some(text.len()));
    }
}
