//! The same rule in other tools: `checkov:CKV_AWS_7`.

use std::fmt;

use crate::engine::rule::Rule;

/// A check of another tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peer<'t> {
    /// The tool, such as `checkov` or `access-analyzer`.
    pub tool: &'t str,
    /// What the tool calls its check, such as `CKV_AWS_7`.
    pub id: &'t str,
}

impl<'t> Peer<'t> {
    /// Reads `TOOL:ID`: the tool in lower-case letters, digits and `-`, the id without blanks.
    pub fn parse(text: &'t str) -> Option<Peer<'t>> {
        let (tool, id) = text.split_once(':')?;
        let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = !tool.is_empty() && tool.bytes().all(named) && !id.is_empty();
        (fits && !id.contains(char::is_whitespace)).then_some(Peer { tool, id })
    }
}

impl fmt::Display for Peer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.tool, self.id)
    }
}

/// The tools that the rules name, in alphabetical order.
pub fn tools(rules: &[Rule]) -> Vec<&str> {
    let mut tools: Vec<&str> = rules.iter().flat_map(Rule::peers).map(|peer| peer.tool).collect();
    tools.sort_unstable();
    tools.dedup();
    tools
}

/// Each check of a tool with the rules that say the same, ordered by the check's id.
pub fn mapping<'r>(rules: &'r [Rule], tool: &str) -> Vec<(&'r str, &'r Rule)> {
    let named = |rule: &'r Rule| {
        rule.peers().filter(|peer| peer.tool == tool).map(|peer| (peer.id, rule)).collect::<Vec<_>>()
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
        assert_eq!((peer.tool, peer.id), ("cdk-nag", "AwsSolutions-KMS5"));
        assert_eq!(peer.to_string(), "cdk-nag:AwsSolutions-KMS5");
        for wrong in ["CKV_AWS_7", "Checkov:CKV_AWS_7", "checkov:", ":CKV_AWS_7", "checkov:CKV AWS"] {
            assert_eq!(Peer::parse(wrong), None, "{wrong}");
        }
    }
}
