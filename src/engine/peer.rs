//! The same rule in other tools: `checkov:CKV_AWS_7`.

use std::fmt;

use crate::engine::rule::Rule;

/// A check of another tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peer {
    /// The tool, such as `checkov` or `access-analyzer`.
    pub tool: String,
    /// What the tool calls its check, such as `CKV_AWS_7`.
    pub id: String,
}

impl Peer {
    /// Reads `TOOL:ID`: the tool in lower-case letters, digits and `-`, the id without blanks.
    pub fn parse(text: &str) -> Option<Peer> {
        let (tool, id) = text.split_once(':')?;
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = !tool.is_empty() && tool.chars().all(named) && !id.is_empty();
        let fits = fits && !id.contains(char::is_whitespace);
        fits.then(|| Peer { tool: tool.to_owned(), id: id.to_owned() })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.tool, self.id)
    }
}

/// The tools that the rules name, in alphabetical order.
pub fn tools(rules: &[Rule]) -> Vec<&str> {
    let mut tools: Vec<&str> =
        rules.iter().flat_map(|rule| &rule.also_known_as).map(|peer| peer.tool.as_str()).collect();
    tools.sort_unstable();
    tools.dedup();
    tools
}

/// Each check of a tool with the rules that say the same, ordered by the check's id.
pub fn mapping<'r>(rules: &'r [Rule], tool: &str) -> Vec<(&'r str, &'r Rule)> {
    let named = |rule: &'r Rule| {
        let peers = rule.also_known_as.iter().filter(|peer| peer.tool == tool);
        peers.map(|peer| (peer.id.as_str(), rule)).collect::<Vec<_>>()
    };
    let mut mapping: Vec<_> = rules.iter().flat_map(named).collect();
    mapping.sort_by(|(a, rule_a), (b, rule_b)| (a, &rule_a.id).cmp(&(b, &rule_b.id)));
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tool_and_id() {
        let peer = Peer::parse("cdk-nag:AwsSolutions-KMS5").unwrap();
        assert_eq!((peer.tool.as_str(), peer.id.as_str()), ("cdk-nag", "AwsSolutions-KMS5"));
        assert_eq!(peer.to_string(), "cdk-nag:AwsSolutions-KMS5");
        for wrong in ["CKV_AWS_7", "Checkov:CKV_AWS_7", "checkov:", ":CKV_AWS_7", "checkov:CKV AWS"] {
            assert_eq!(Peer::parse(wrong), None, "{wrong}");
        }
    }
}
