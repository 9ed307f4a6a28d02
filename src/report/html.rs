//! One page with everything in it: what was found, with source, and who holds what of each key. It loads nothing,
//! and its policy forbids it to.

use std::fmt::Write as _;

use super::Shown;
use super::escape::{markup, message, source};
use super::text::summary;
use crate::KeyAccess;
use crate::access::{COLUMNS, Hold};
use crate::finding::{Finding, Label};
use crate::source::{SourceFile, Sources};

const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");

/// Lines of source before and after a label.
const CONTEXT: usize = 2;
/// Lines of source for one label.
const MOST_LINES: usize = 14;
/// Bytes of a line that are shown before a label.
const BEFORE: usize = 60;
/// Bytes of a line that are shown of a label and after it.
const AROUND: usize = 200;

/// The report as a page.
pub(super) fn html(shown: &Shown<'_>) -> String {
    let report = shown.report;
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>kmslint report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>kmslint</h1>\n<p>{}</p>\n<p class=\"soft\">kmslint {}, AWS as of {}</p>\n",
        markup(&summary(report)),
        env!("CARGO_PKG_VERSION"),
        markup(crate::catalog::CATALOG_DATE)
    );
    for failure in &report.failures {
        let _ = writeln!(
            page,
            "<p><strong>Not read:</strong> <code>{}</code>: {}</p>",
            markup(&failure.path),
            markup(&failure.message)
        );
    }
    page.push_str("<h2>Findings</h2>\n");
    if report.findings.is_empty() {
        page.push_str("<p>None.</p>\n");
    } else {
        page.push_str(
            "<input class=\"search\" type=\"search\" placeholder=\"Search: rule, file, key, principal …\" \
             aria-label=\"Search\">\n<p class=\"filters\">",
        );
        for severity in ["error", "warning", "info"] {
            let _ = write!(
                page,
                "<label><input type=\"checkbox\" value=\"{severity}\" checked> {severity}</label>"
            );
        }
        page.push_str("<output class=\"soft\"></output></p>\n");
    }
    for finding in &report.findings {
        article(&mut page, finding, shown.sources);
    }
    if !report.keys.is_empty() {
        page.push_str("<h2>Who can do what</h2>\n");
        page.push_str(LEGEND);
    }
    for key in &report.keys {
        matrix(&mut page, key);
    }
    if !report.findings.is_empty() {
        let _ = write!(page, "<script>\n{SCRIPT}</script>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn article(page: &mut String, finding: &Finding, sources: &Sources) {
    let severity = finding.severity;
    let file = sources.file(finding.primary.span.file);
    let at = file.position(finding.primary.span.start);
    let _ = writeln!(
        page,
        "<article class=\"{severity}\" data-severity=\"{severity}\">\n\
         <h3><span class=\"severity\">{severity}</span> {} {}</h3>\n<p>{}</p>\n\
         <p class=\"soft\">{}:{}:{}{}{}</p>",
        markup(&finding.rule),
        markup(&finding.name),
        message(&finding.message),
        markup(file.path()),
        at.line,
        at.column,
        finding.key.as_ref().map(|key| format!(" · {}", markup(key))).unwrap_or_default(),
        finding.sid.as_ref().map(|sid| format!(" · Sid {}", markup(sid))).unwrap_or_default(),
    );
    excerpt(page, &finding.primary, sources);
    for label in &finding.related {
        let file = sources.file(label.span.file);
        let at = file.position(label.span.start);
        let said =
            if label.message.is_empty() { String::new() } else { format!(": {}", message(&label.message)) };
        let _ =
            writeln!(page, "<p class=\"soft\">{}:{}:{}{said}</p>", markup(file.path()), at.line, at.column);
        excerpt(page, label, sources);
    }
    for note in &finding.notes {
        let _ = writeln!(page, "<p>note: {}</p>", message(note));
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(page, "<p>help: {}</p>", message(help));
    }
    page.push_str("</article>\n");
}

/// The lines around a label, with its characters marked.
fn excerpt(page: &mut String, label: &Label, sources: &Sources) {
    let file = sources.file(label.span.file);
    let (start, end) = (label.span.start as usize, label.span.end as usize);
    let first = (file.position(label.span.start).line as usize).saturating_sub(1 + CONTEXT);
    let last = (file.position(label.span.end).line as usize + CONTEXT).min(first + MOST_LINES);
    page.push_str("<pre>");
    for (at, (from, line)) in lines(&file).enumerate().skip(first).take(last - first) {
        let _ = write!(page, "<span class=\"number\">{:>5}  </span>", at + 1);
        let inside = |offset: usize| boundary(line, offset.saturating_sub(from).min(line.len()));
        let marked = start < from + line.len() && end > from;
        let (a, b) = if marked { (inside(start), inside(end)) } else { (0, 0) };
        let high = boundary(line, b.min(a + AROUND) + AROUND);
        let (low, b) = (boundary(line, a.saturating_sub(BEFORE)), b.min(high));
        let part = |from: usize, to: usize| source(line.get(from..to.max(from)).unwrap_or_default());
        page.push_str(if low > 0 { "…" } else { "" });
        page.push_str(&part(low, a));
        if b > a {
            let _ = write!(page, "<mark>{}</mark>", part(a, b));
        }
        page.push_str(&part(b, high));
        page.push_str(if high < line.len() { "…\n" } else { "\n" });
    }
    page.push_str("</pre>\n");
}

/// Each line without its end, and the offset it begins at.
fn lines(file: &SourceFile) -> impl Iterator<Item = (usize, &str)> {
    let starts = file.line_starts();
    let ends = starts.iter().skip(1).map(|end| *end as usize).chain([file.text().len()]);
    starts.iter().zip(ends).map(|(start, end)| {
        let line = file.text().get(*start as usize..end).unwrap_or_default();
        (*start as usize, line.trim_end_matches(['\r', '\n']))
    })
}

/// The character boundary at or before `at`.
fn boundary(line: &str, at: usize) -> usize {
    (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0)
}

const LEGEND: &str = "<p class=\"soft\"><strong>direct</strong>: no IAM policy is needed in the key's own account. \
    <strong>if</strong>: direct, where the conditions hold. <strong>IAM</strong>: IAM policies of the account \
    decide. <strong>?</strong>: something that is not known decides. Point at a cell for its actions.</p>\n";

/// Width of the column of principals, in pixels.
const NAMES: usize = 470;
/// Width of another column, in pixels.
const COLUMN: usize = 96;
/// Height of a row, in pixels.
const ROW: usize = 26;

fn matrix(page: &mut String, key: &KeyAccess) {
    let branch = key.branch.as_ref().map(|branch| format!(" where {}", message(branch))).unwrap_or_default();
    let place = if key.key == key.path {
        String::new()
    } else {
        format!(" <span class=\"soft\">{}</span>", markup(&key.path))
    };
    let _ = writeln!(
        page,
        "<figure>\n<figcaption><strong>{}</strong>{place}{branch}</figcaption>",
        markup(&key.key)
    );
    let (width, height) = (NAMES + COLUMN * COLUMNS.len() + 1, ROW * (key.rows.len() + 1) + 1);
    let _ = writeln!(
        page,
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"who can do what with {}\">",
        markup(&key.key)
    );
    for (at, (_, name)) in COLUMNS.iter().enumerate() {
        let x = NAMES + COLUMN * at + COLUMN / 2;
        let _ =
            writeln!(page, "<text class=\"head\" x=\"{x}\" y=\"17\" text-anchor=\"middle\">{name}</text>");
    }
    for (at, row) in key.rows.iter().enumerate() {
        let y = ROW * (at + 1);
        let _ = writeln!(
            page,
            "<line class=\"grid\" x1=\"0\" x2=\"{width}\" y1=\"{y}\" y2=\"{y}\"/>\
             <text x=\"2\" y=\"{}\">{}<title>{}</title></text>",
            y + 17,
            markup(&shortened(&row.principal)),
            markup(&row.principal)
        );
        for (column, cell) in row.cells.iter().enumerate() {
            let x = NAMES + COLUMN * column;
            let (class, word) = match cell.hold {
                Hold::Direct => ("direct", "direct"),
                Hold::Conditional => ("conditional", "if"),
                Hold::Delegated => ("delegated", "IAM"),
                Hold::Unknown => ("unknown", "?"),
                Hold::None => ("none", "–"),
            };
            let actions: Vec<&str> = cell.actions.names().collect();
            let title = if actions.is_empty() { "nothing".to_owned() } else { actions.join(", ") };
            let _ = writeln!(
                page,
                "<g class=\"cell {class}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\"/>\
                 <text x=\"{}\" y=\"{}\">{word}</text></g>",
                markup(&title),
                x + 3,
                y + 3,
                COLUMN - 6,
                ROW - 6,
                x + COLUMN / 2,
                y + 17
            );
        }
    }
    page.push_str("</svg>\n</figure>\n");
}

/// A name that fits its column: its end says more than its middle.
fn shortened(name: &str) -> String {
    const MOST: usize = 62;
    let count = name.chars().count();
    if count <= MOST {
        return name.to_owned();
    }
    let (start, end) = (name.chars().take(14), name.chars().skip(count - (MOST - 15)));
    start.chain(['…']).chain(end).collect()
}
