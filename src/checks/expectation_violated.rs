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
    for expectation in file.expectations.iter().filter(meant) {
        ask(context, expectation, findings);
    }
}

/// The policy of one key, with its account put in where that is known.
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

/// An account that is nobody's.
const ANOTHER_ACCOUNT: &str = "000000000000";

fn ask(context: &Context<'_>, expectation: &Expectation, findings: &mut Findings) {
    let known = context.access.owner().and_then(Text::as_known).map(|owner| owner.into_owned());
    let owner = context.config.owner_account.clone().or(known);
    let principal = PrincipalKind::of_aws(&expectation.principal);
    let account = principal.account().and_then(Text::as_known);
    // Whose the key is matters to a principal as far as it is its own account's.
    let asked: Vec<Asked<'_>> = match (&owner, account) {
        (None, Some(account)) => {
            [ANOTHER_ACCOUNT, &account].map(|owner| Asked::new(context, Some(owner))).into()
        }
        _ => vec![Asked::new(context, owner.as_deref())],
    };
    let mut actions = ActionSet::EMPTY;
    for pattern in &expectation.actions {
        actions = actions.union(catalog::expand(pattern));
    }
    let mut unknown = ActionSet::EMPTY;
    for action in actions.iter() {
        let mut outcomes: Vec<(&Asked<'_>, Outcome)> =
            asked.iter().map(|asked| (asked, asked.outcome(expectation, action))).collect();
        if outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Kept)) {
            continue;
        }
        let violated = outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Violated(..)));
        let Some((asked, Outcome::Violated(prove, message, statement))) =
            (!outcomes.is_empty()).then(|| outcomes.swap_remove(0)).filter(|_| violated)
        else {
            unknown = unknown.union(action.set());
            continue;
        };
        let draft = asked.draft(statement, message);
        let draft = prove(draft).related(expectation.span, "expected here");
        let reason = expectation.reason.iter().map(|reason| format!("expected because: {reason}"));
        reason.fold(draft, Draft::note).report(findings);
        // One is enough: the next action of the same list has the same cause.
        return;
    }
    if unknown.is_empty() {
        return;
    }
    let message =
        format!("whether `{}` may call {} is not decided", expectation.principal, unknown.listed(3));
    let draft = context.finding(context.document.attachment, message).severity(Severity::Info);
    let why = match asked.len() {
        1 => "it depends on a value that is not known",
        _ => "it depends on the account that the key is in: name it as `owner-account` in the configuration",
    };
    draft.related(expectation.span, "expected here").note(why).report(findings);
}

impl<'a> Asked<'a> {
    fn new(context: &'a Context<'a>, owner: Option<&str>) -> Self {
        let known = |symbol: &Symbol| match symbol.kind {
            SymbolKind::OwnAccount => owner.map(str::to_owned),
            _ => None,
        };
        let value = context.document.value.resolved(&known);
        let key = match owner {
            Some(owner) if context.document.key.owner_account.is_none() => {
                Cow::Owned(context.document.key.owned_by(owner))
            }
            _ => Cow::Borrowed(&context.document.key),
        };
        let policy = Policy::new(&value, &key, context.document.role);
        Asked { context, key, policy }
    }

    fn outcome(&self, expectation: &Expectation, action: &Action) -> Outcome {
        match expectation.wanted {
            Wanted::Level(level) => self.at_level(expectation, action, level),
            Wanted::Never => self.never(expectation, action),
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
