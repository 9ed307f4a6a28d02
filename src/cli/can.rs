//! `kmslint can PRINCIPAL ACTION FILE`: what the key policies in a file say to a request.

use std::io::{self, BufRead as _, Write as _};
use std::{fs, io::BufReader};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::keys::{Key, Keys, account, called};
use super::{Exit, complain, print};
use crate::access::{Decision, Level, Request, doubts, effective, evaluate, follows};
use crate::catalog::action;
use crate::policy::{PrincipalKind, Statement};
use crate::report::visible;

/// The arguments of `kmslint can`.
#[derive(Debug, Args)]
pub(super) struct Can {
    /// The principal (an ARN, or a service such as `s3.amazonaws.com`), the action, and the file; with `--requests`
    /// the file alone
    #[arg(value_names = ["PRINCIPAL", "ACTION", "FILE"], num_args = 1..=3, required = true)]
    operands: Vec<String>,
    /// A condition key of the request and its value; several times for several
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    context: Vec<(String, String)>,
    /// The account that owns the key
    #[arg(long, value_name = "ID", value_parser = account)]
    owner_account: Option<String>,
    /// Answer the requests of this file, one JSON object a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    requests: Option<String>,
    /// Say of each statement what it has to do with the request
    #[arg(long)]
    explain: bool,
    /// How to print the answer: text or json
    #[arg(long, default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a key, `=` and a value")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A line of `--requests`.
#[derive(Deserialize)]
#[serde(expecting = "an object with `principal` and `action`")]
struct Asked {
    principal: String,
    action: String,
    #[serde(default)]
    context: std::collections::BTreeMap<String, Given>,
    #[serde(default)]
    owner_account: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    One(String),
    Many(Vec<String>),
    Bool(bool),
    Number(f64),
}

/// The answer.
#[derive(Serialize)]
struct Answer {
    key: String,
    level: &'static str,
    statements: Vec<Place>,
    needs: &'static str,
}

/// A statement that decides.
#[derive(Serialize)]
struct Place {
    index: usize,
    sid: Option<String>,
    path: String,
    line: u32,
    column: u32,
}

impl Can {
    /// Runs the command.
    ///
    /// # Errors
    /// What the system says of standard output.
    pub(super) fn run(&self) -> io::Result<Exit> {
        let (asked, file) = match (self.operands.as_slice(), &self.requests) {
            ([principal, action, file], None) => (Some((principal, action)), file),
            ([file], Some(_)) => (None, file),
            _ => {
                complain("give PRINCIPAL ACTION FILE, or FILE with `--requests`");
                return Ok(Exit::Failed);
            }
        };
        let keys = Keys::below(std::slice::from_ref(file), self.owner_account.as_deref());
        if keys.keys.is_empty() {
            complain(&format!("`{file}`: no key policy could be read from it"));
            return Ok(Exit::Failed);
        }
        let Some((principal, name)) = asked else { return self.answer_all(&keys) };
        let request = Request {
            principal: principal.clone(),
            action: full_name(name),
            context: gathered(&self.context),
            owner: self.owner_account.clone(),
        };
        if let Err(why) = is_one(&request) {
            complain(&why);
            return Ok(Exit::Failed);
        }
        if action(&request.action).is_none() {
            complain(&format!(
                "`{name}` is no action of KMS that kmslint knows; it is taken as it is written"
            ));
        }
        if !is_principal(principal) {
            complain(&format!("`{principal}` is neither the ARN of a principal nor the name of a service"));
        }
        for key in &keys.keys {
            let answer = answer(&keys, key, &request);
            if self.format == "json" {
                print(&(serde_json::to_string(&answer)? + "\n"))?;
            } else {
                print(&text(&answer, keys.keys.len() > 1))?;
            }
            if self.explain {
                print(&explain(key, &request))?;
            }
        }
        Ok(if keys.failed { Exit::Failed } else { Exit::Clean })
    }

    /// Answers one request a line, as they come.
    fn answer_all(&self, keys: &Keys) -> io::Result<Exit> {
        let path = self.requests.as_deref().unwrap_or("-");
        let lines: Box<dyn io::BufRead> = match path {
            "-" => Box::new(io::stdin().lock()),
            path => match fs::File::open(path) {
                Ok(file) => Box::new(BufReader::new(file)),
                Err(error) => {
                    complain(&format!("`{path}`: cannot read it: {error}"));
                    return Ok(Exit::Failed);
                }
            },
        };
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut failed = keys.failed;
        for (n, line) in lines.lines().enumerate() {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let request = match self.request(&line) {
                Ok(request) => request,
                Err(error) => {
                    failed = true;
                    complain(&format!("line {}: {error}", n + 1));
                    writeln!(out, "{{\"error\":{}}}", serde_json::to_string(&error)?)?;
                    out.flush()?;
                    continue;
                }
            };
            for key in &keys.keys {
                writeln!(out, "{}", serde_json::to_string(&answer(keys, key, &request))?)?;
            }
            // Who asks may wait for the answer before it asks on.
            out.flush()?;
        }
        Ok(if failed { Exit::Failed } else { Exit::Clean })
    }

    /// The request of a line.
    ///
    /// # Errors
    /// Why it is none.
    fn request(&self, line: &str) -> Result<Request, String> {
        let asked: Asked = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let values = |given| match given {
            Given::One(value) => vec![value],
            Given::Many(values) => values,
            Given::Bool(is) => vec![is.to_string()],
            Given::Number(number) => vec![number.to_string()],
        };
        let owner = asked.owner_account.map(|owner| account(&owner)).transpose()?;
        let request = Request {
            principal: asked.principal,
            action: full_name(&asked.action),
            context: asked.context.into_iter().map(|(key, given)| (key, values(given))).collect(),
            owner: owner.or_else(|| self.owner_account.clone()),
        };
        is_one(&request)?;
        Ok(request)
    }
}

/// Whether it is one request: who asks with a pattern means several.
fn is_one(request: &Request) -> Result<(), String> {
    let several = [&request.principal, &request.action].into_iter().find(|it| it.contains(['*', '?']));
    several
        .map_or(Ok(()), |it| Err(format!("`{it}` is a pattern: a request has one principal and one action")))
}

/// Whether a request can be made by it: not by an account, a wildcard or a name alone.
fn is_principal(text: &str) -> bool {
    match PrincipalKind::of_aws(text) {
        PrincipalKind::Account { .. } => text.starts_with("arn:"),
        kind => kind.account().is_some() || (text.contains('.') && !text.contains([':', '*'])),
    }
}

fn full_name(name: &str) -> String {
    if name.contains(':') { name.to_owned() } else { format!("kms:{name}") }
}

fn gathered(pairs: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut context: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in pairs {
        match context.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value.clone()),
            None => context.push((key.clone(), vec![value.clone()])),
        }
    }
    context
}

fn answer(keys: &Keys, key: &Key, request: &Request) -> Answer {
    let owner = request.owner.clone().or_else(|| key.owner());
    let request = Request { owner: owner.clone(), ..request.clone() };
    let Decision { level, statements } = evaluate(&key.policy, &request);
    let doubtful = doubts(&key.policy, &request);
    let (level, statements) = match doubtful {
        None => (Some(level), statements),
        Some(doubtful) => (None, doubtful),
    };
    let places = statements.iter().filter_map(|at| key.policy.statements.get(*at)).map(|statement| {
        let (path, line, column) = keys.place(statement);
        let sid = statement.sid.as_ref().map(|sid| sid.text.to_string());
        Place { index: statement.place, sid, path, line, column }
    });
    let kind = PrincipalKind::of_aws(&request.principal);
    let account = kind.account().and_then(|account| account.as_known());
    let foreign = account.is_some() && owner.is_some() && account.as_deref() != owner.as_deref();
    let needs = match level {
        None => "something in the policy is not known",
        Some(Level::Denied) => "nothing helps: an explicit Deny beats IAM policies and grants",
        Some(Level::Nothing) if !effective(&request.action, false) => {
            "an IAM policy: key policies do not decide this action"
        }
        Some(Level::Nothing) if foreign && !effective(&request.action, true) => {
            "nothing helps: the action does not work across accounts"
        }
        Some(Level::Nothing) => {
            "a grant, or a statement of the key policy: IAM policies alone have no effect"
        }
        Some(Level::Delegated) if foreign => "an IAM policy of the principal's own account that allows it",
        Some(Level::Delegated) => "an IAM policy of the account that allows it",
        Some(Level::Direct) => "nothing else, as long as nothing outside the key policy denies it",
    };
    let level = level.map_or("unknown", called);
    Answer { key: key.name.clone(), level, statements: places.collect(), needs }
}

fn text(answer: &Answer, several: bool) -> String {
    let mut text = String::new();
    if several {
        text += &format!("{}: ", visible(&answer.key));
    }
    text += &format!("{}\n", answer.level);
    for place in &answer.statements {
        let label = place.sid.as_ref().filter(|sid| !sid.is_empty());
        let label =
            label.map_or(format!("statement {}", place.index + 1), |sid| format!("`{}`", visible(sid)));
        text += &format!("  {label} at {}:{}:{}\n", visible(&place.path), place.line, place.column);
    }
    text + &format!("  needs: {}\n", answer.needs)
}

fn explain(key: &Key, request: &Request) -> String {
    let told = crate::access::explain(&key.policy, request);
    let line = |(why, statement): (String, &Statement)| {
        format!("  statement {}: {}\n", statement.place + 1, visible(&why))
    };
    let taken = follows(request).into_iter().map(|(key, values)| format!("{key} = {}", values.join(", ")));
    let taken = taken.collect::<Vec<_>>().join(", ");
    told.into_iter()
        .zip(&key.policy.statements)
        .map(line)
        .chain([format!("  taken as given: {}\n", visible(&taken))])
        .collect()
}
