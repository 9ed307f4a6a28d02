use crate::carrier::Given;
use crate::carrier::json::LONGEST;
use crate::catalog::limits::POLICY_BYTES;
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::Statement;
use crate::source::Span;
use crate::value::{Kind, Piece, Text, Value};

pub(super) const CHECK: Check = Check::Policy(check);

/// From here on a policy is called nearly full, in bytes.
const NEARLY_FULL: usize = POLICY_BYTES / 10 * 9;

fn check(context: &Context<'_>, findings: &mut Findings) {
    size(context, findings);
    context.document.value.walk(&mut |value| match &value.kind {
        Kind::Text(text) => characters(context, text, findings),
        Kind::Object(members) => {
            members.iter().for_each(|member| characters(context, &member.key, findings));
        }
        _ => {}
    });
}

/// What is not known counts as nothing, so that the real policy is at least this long.
fn size(context: &Context<'_>, findings: &mut Findings) {
    let value = &context.document.value;
    // Of such a policy the reader keeps nothing but where it is.
    let unread = matches!(value.kind, Kind::Unknown(_)) && value.span.len() > LONGEST;
    let bytes = if unread { value.span.len() as usize } else { length(value) };
    if bytes <= NEARLY_FULL {
        return;
    }
    let span = context.policy.span;
    let first = Span::new(span.file, span.start, span.start.saturating_add(1).min(span.end));
    let (severity, message) = match bytes > POLICY_BYTES {
        true if unread => {
            (Severity::Error, format!("the policy has {bytes} bytes, and KMS takes {POLICY_BYTES}"))
        }
        true => (
            Severity::Error,
            format!("the policy has {bytes} bytes without white space, and KMS takes {POLICY_BYTES}"),
        ),
        false => {
            (Severity::Warning, format!("the policy has {bytes} of the {POLICY_BYTES} bytes that KMS takes"))
        }
    };
    context
        .finding(first, message)
        .severity(severity)
        .help("replace long lists of principals by a condition on `aws:PrincipalArn` or `aws:PrincipalOrgPaths`")
        .report(findings);
}

/// Bytes of a value as JSON without white space.
fn length(value: &Value) -> usize {
    let mut bytes = 0;
    value.walk(&mut |value| {
        bytes += match &value.kind {
            Kind::Null => 4,
            Kind::Bool(flag) => 5 - usize::from(*flag),
            Kind::Number(number) => number.len(),
            Kind::Text(text) => quoted(text),
            Kind::List(items) => 2 + items.len().saturating_sub(1),
            Kind::Object(members) => {
                let keys: usize = members.iter().map(|member| quoted(&member.key) + 1).sum();
                2 + members.len().saturating_sub(1) + keys
            }
            Kind::Unknown(_) | Kind::Encoded(_) => 0,
        };
    });
    bytes
}

fn quoted(text: &Text) -> usize {
    let size = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    };
    2 + text.known_characters().map(size).sum::<usize>()
}

/// KMS takes tab, line feed, carriage return and U+0020 to U+00FF.
fn characters(context: &Context<'_>, text: &Text, findings: &mut Findings) {
    for piece in &text.pieces {
        let Piece::Known { text, map } = piece else { continue };
        let Some((at, found)) = text.char_indices().find(|(_, c)| !is_taken(*c)) else { continue };
        let (Ok(start), Ok(end)) = (u32::try_from(at), u32::try_from(at + found.len_utf8())) else { return };
        let span = map.source(start, end);
        let written = context.sources.text(span);
        // In a file that is sent as it is, `\u2013` is six characters that KMS takes. A NUL byte was reported
        // by the reader.
        if (context.document.given == Given::Json && written.starts_with('\\')) || written == "\0" {
            continue;
        }
        report(context, found, span, findings);
        return;
    }
}

fn report(context: &Context<'_>, found: char, span: Span, findings: &mut Findings) {
    let number = u32::from(found);
    let draft = context.finding(span, format!("KMS refuses a policy that contains U+{number:04X}")).help(
        match plain(found) {
            Some(plain) => format!("write `{plain}`"),
            None => "KMS takes the characters U+0020 to U+00FF, tabs and line ends".to_owned(),
        },
    );
    let inside = |statement: &&Statement| statement.span.contains(span);
    match context.policy.statements.iter().find(inside) {
        Some(statement) => draft.part(statement, span),
        None => draft,
    }
    .report(findings);
}

fn is_taken(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}

/// What was probably meant by a character that text processors put in.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{2018}'..='\u{201f}' => Some('\''),
        '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => Some(' '),
        _ => None,
    }
}
