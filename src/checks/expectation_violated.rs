use std::borrow::Cow;

use serde_json::json;

use crate::access::{Access, ClassKind, Level, Request, Verdict, doubts, evaluate};
use crate::carrier::KeyFacts;
use crate::catalog::{self, Action, ActionSet};
use crate::config::{Expectation, Wanted, inner};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::policy::{Policy, PrincipalKind};
use crate::source::{FileId, SourceFile};
use crate::syntax::json::parse_file;
use crate::value::{Symbol, SymbolKind, Text};

pub(super) const CHECK: Check = Check::Policy(check);

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(file) = &context.config.file else { return };
    if file.expectations.is_empty() {
        return;
    }
    let path = inner(context.sources, file, &context.document.path);
    let address = context.document.address.as_deref();
    let meant = |it: &&Expectation| it.is_about(&path, address);
    let mut asked = Asked::new(context);
    for expectation in file.expectations.iter().filter(meant) {
        asked.ask(expectation, findings);
    }
}

/// The policy of one key, with what the configuration says of its account put in.
struct Asked<'a> {
    context: &'a Context<'a>,
    key: Cow<'a, KeyFacts>,
    policy: Policy,
}

/// How an expectation turned out.
enum Outcome {
    Kept,
    Violated(Box<dyn FnOnce(Draft) -> Draft>, String, Option<usize>),
    Unknown,
}

impl<'a> Asked<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        let owner = context.access.owner().and_then(Text::as_known).map(|owner| owner.into_owned());
        let account = context.config.owner_account.clone().or(owner);
        let known = |symbol: &Symbol| match symbol.kind {
            SymbolKind::OwnAccount => account.clone(),
            _ => None,
        };
        let value = context.document.value.resolved(&known);
        let key = context.config.of_key(&context.document.key);
        let policy = Policy::new(&value, &key, context.document.role);
        Asked { context, key, policy }
    }

    fn ask(&mut self, expectation: &Expectation, findings: &mut Findings) {
        let mut actions = ActionSet::EMPTY;
        for pattern in &expectation.actions {
            actions = actions.union(catalog::expand(pattern));
        }
        let mut unknown = false;
        for action in actions.iter() {
            let outcome = match expectation.wanted {
                Wanted::Level(level) => self.at_level(expectation, action, level),
                Wanted::Never => self.never(expectation, action),
            };
            match outcome {
                Outcome::Kept => {}
                Outcome::Unknown => unknown = true,
                Outcome::Violated(prove, message, statement) => {
                    let draft = self.draft(statement, message);
                    let draft = prove(draft).related(expectation.span, "expected here");
                    let reason =
                        expectation.reason.iter().map(|reason| format!("expected because: {reason}"));
                    reason.fold(draft, Draft::note).report(findings);
                    // One is enough: the next action of the same list has the same cause.
                    return;
                }
            }
        }
        if unknown {
            let message =
                format!("what `{}` may do here depends on a value that is not known", expectation.principal);
            let draft = self.context.finding(self.context.document.attachment, message);
            draft.severity(Severity::Info).related(expectation.span, "not decided").report(findings);
        }
    }

    /// A finding on the action of the statement that decides, or else on the policy.
    fn draft(&self, statement: Option<usize>, message: String) -> Draft {
        let statement = statement.and_then(|at| self.policy.statements.iter().find(|it| it.index == at));
        match statement {
            Some(statement) => {
                let span = statement.action.as_ref().map_or(statement.span, |action| action.span);
                self.context.finding(span, message).statement(statement)
            }
            None => self.context.finding(self.context.document.attachment, message),
        }
    }

    fn at_level(&self, expectation: &Expectation, action: &Action, wanted: Level) -> Outcome {
        let owner = self.key.owner_account.as_ref().and_then(Text::as_known);
        let request = Request {
            principal: expectation.principal.clone(),
            action: action.name.to_owned(),
            context: expectation.context.clone(),
            owner: owner.map(|owner| owner.into_owned()),
        };
        let decision = evaluate(&self.policy, &request);
        if doubts(&self.policy, &request).is_some() {
            return Outcome::Unknown;
        }
        if decision.level == wanted {
            return Outcome::Kept;
        }
        let message = format!("{}, and {} is expected", told(&request, decision.level), name(wanted));
        let asked = asked(&request);
        Outcome::Violated(Box::new(|draft| draft.note(asked)), message, decision.statements.first().copied())
    }

    /// The policy for requests that carry these keys with these values, whatever else they carry: all others are denied.
    fn within(&self, context: &[(String, Vec<String>)]) -> Cow<'_, Policy> {
        let mut policy = Cow::Borrowed(&self.policy);
        for (key, values) in context {
            let deny = |condition| json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition});
            let other = deny(json!({"ForAnyValue:StringNotEquals": {key: values}}));
            let absent = deny(json!({"Null": {key: "true"}}));
            let text = json!({"Statement": [other, absent]}).to_string();
            let source = SourceFile::new("expect", text.into_bytes());
            let (Some(value), _) = parse_file(&source, FileId(0)) else { continue };
            let denies = Policy::new(&value, &self.key, self.context.document.role).statements;
            let policy = policy.to_mut();
            for mut statement in denies {
                statement.index = policy.statements.len();
                policy.statements.push(statement);
            }
        }
        policy
    }

    fn never(&self, expectation: &Expectation, action: &Action) -> Outcome {
        let policy = self.within(&expectation.context);
        let access = Access::new(&policy, &self.key);
        let principal = &expectation.principal;
        let mut unknown = false;
        for (at, class) in access.classes().iter().enumerate() {
            let fit = fit(&class.kind, principal, &access);
            if fit == Fit::No {
                continue;
            }
            match access.can(at, action.set(), Level::Delegated) {
                Verdict::Yes(mut witness) if fit == Fit::Yes => {
                    let direct = !access.grounds(at, action.set()).is_empty();
                    let how = if direct { "" } else { " if an IAM policy lets it" };
                    let message =
                        format!("`{principal}` may call `{}`{how}, and never is expected", action.name);
                    let grounds = access.grounds_at(at, action.set(), Level::Delegated);
                    let statement = grounds.first().map(|ground| ground.statement);
                    // The witness is any principal of the class; the one that was asked for says more.
                    if principal != "*" {
                        witness.principal.clone_from(principal);
                    }
                    let note = format!("for example {witness}");
                    return Outcome::Violated(Box::new(|draft| draft.note(note)), message, statement);
                }
                Verdict::No => {}
                _ => unknown = true,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Kept }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Maybe,
}

/// Whether a class of principals is the one an expectation names: itself, or the rest of its account, or the rest
/// of the world.
fn fit(class: &ClassKind, principal: &str, access: &Access<'_>) -> Fit {
    let is = |text: &Text| match text.as_known() {
        Some(known) if known == principal => Fit::Yes,
        Some(_) => Fit::No,
        None => Fit::Maybe,
    };
    if principal == "*" {
        return if matches!(class, ClassKind::Fresh) { Fit::Yes } else { Fit::No };
    }
    let named = |kind: &ClassKind| matches!(kind, ClassKind::Named(arn) if is(arn) == Fit::Yes);
    let account =
        PrincipalKind::of_aws(principal).account().and_then(|of| of.as_known().map(|of| of.into_owned()));
    let same = |of: &Text| match of.as_known() {
        Some(of) if Some(of.as_ref()) == account.as_deref() => Fit::Yes,
        Some(_) => Fit::No,
        None => Fit::Maybe,
    };
    let root = principal.ends_with(":root");
    match class {
        ClassKind::Named(arn) | ClassKind::Opaque(arn) if account.is_some() => is(arn),
        ClassKind::AccountRoot(of) if root => same(of),
        ClassKind::AccountOther(of) if !root && !access.classes().iter().any(|class| named(&class.kind)) => {
            same(of)
        }
        ClassKind::Service(name) if account.is_none() => is(name),
        ClassKind::Fresh if account.is_some() => {
            let mentioned = |kind: &ClassKind| match kind {
                ClassKind::AccountRoot(of) | ClassKind::AccountOther(of) => same(of) == Fit::Yes,
                kind => named(kind),
            };
            if access.classes().iter().any(|class| mentioned(&class.kind)) { Fit::No } else { Fit::Yes }
        }
        _ => Fit::No,
    }
}

fn told(request: &Request, level: Level) -> String {
    let Request { principal, action, .. } = request;
    match level {
        Level::Direct => format!("`{principal}` may call `{action}`"),
        Level::Delegated => format!("`{principal}` may call `{action}` if an IAM policy lets it"),
        Level::Nothing => format!("`{principal}` may not call `{action}`"),
        Level::Denied => format!("`{principal}` is denied `{action}`"),
    }
}

fn name(level: Level) -> &'static str {
    Wanted::LEVELS.iter().find(|(_, known)| *known == level).map_or("", |(name, _)| name)
}

fn asked(request: &Request) -> String {
    let told = |(key, values): &(String, Vec<String>)| {
        format!("`{}` = `{}`", catalog::condition_key_called(key), values.join("`, `"))
    };
    let context: Vec<String> = request.context.iter().map(told).collect();
    let with = if context.is_empty() { String::new() } else { format!(" with {}", context.join(" and ")) };
    format!("asked: `{}` calls `{}`{with}", request.principal, request.action)
}
