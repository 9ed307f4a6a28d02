use crate::catalog::{ActionSet, Callers, ConditionKey};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::glob;
use crate::policy::{ActionElement, ActionPattern, Condition, Effect, Principal, PrincipalKind, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// A condition on a key that the requests of the statement cannot carry.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in &statement.conditions {
            let (Some(key), Some(when_absent)) = (atom.catalog_key(), atom.when_absent()) else { continue };
            let subject = Subject { context, statement, atom, key, when_absent };
            let draft = subject.actions().or_else(|| subject.principals()).or_else(|| subject.key_type());
            let draft = draft.or_else(|| subject.keeps_nobody_out());
            if let Some(draft) = draft {
                draft.part(statement, atom.span).report(findings);
            }
        }
    }
}

struct Subject<'a> {
    context: &'a Context<'a>,
    statement: &'a Statement,
    atom: &'a Condition,
    key: &'static ConditionKey,
    when_absent: bool,
}

impl Subject<'_> {
    /// The actions of the statement, against the list of those that carry the key. Of the keys of grants,
    /// `grant-guard-misplaced` says it.
    fn actions(&self) -> Option<Draft> {
        if self.atom.grant_actions().is_some() {
            return None;
        }
        let carriers = self.key.applies_to.intersection(ActionSet::KNOWN);
        let element = self.statement.action.as_ref().filter(|_| self.key.closed)?;
        let (must, may) = self.statement.actions();
        let effective =
            |set: ActionSet| set.intersection(ActionSet::KNOWN).difference(ActionSet::INEFFECTIVE);
        if effective(must).is_empty() {
            return None;
        }
        if !effective(may).intersects(carriers) {
            let draft = self.never(format!("no action here carries `{}`", self.atom.key));
            return Some(
                draft
                    .related(element.span, "none of these")
                    .help(format!("this key comes with {}", carriers.listed(4))),
            );
        }
        // Conditions that the other actions pass anyway limit those that carry the key, and nothing else.
        if element.negated {
            return None;
        }
        let lost: Vec<_> = named(element).filter(|it| !it.may.intersects(carriers)).collect();
        let lost: Vec<_> = lost.into_iter().filter(|it| !effective(it.must).is_empty()).collect();
        let (false, Some(first)) = (self.when_absent, lost.first()) else { return None };
        let verb = self.statement.effect.verb()?;
        let message = match lost.len() {
            1 => format!("`{}` never carries `{}`, so it is not {verb} here", first.text, self.atom.key),
            count => format!("{count} actions never carry `{}`, so they are not {verb} here", self.atom.key),
        };
        let mut draft = self.context.finding(self.atom.key_span, message).severity(Severity::Info);
        for pattern in &lost {
            draft = draft.related(pattern.span, format!("never {verb} here"));
        }
        Some(draft.help("give them a statement without this condition"))
    }

    /// The principals of the statement, against those whose requests carry the key.
    fn principals(&self) -> Option<Draft> {
        let element =
            self.statement.principal.as_ref().filter(|element| !element.negated && !element.open)?;
        let lacks = |principal: &&Principal| match (self.key.callers, kind_of(principal)) {
            (Callers::Service, Some(Caller::Iam)) | (Callers::Iam, Some(Caller::Service)) => true,
            (Callers::Any, Some(Caller::Service)) => self.key.folded == "kms:viaservice",
            _ => false,
        };
        let lacking: Vec<_> = element.entries.iter().filter(lacks).collect();
        let first = lacking.first()?;
        let (kind, why) = match kind_of(first)? {
            Caller::Iam => ("user or role", "only the requests of service principals carry this key"),
            Caller::Service => ("service principal", "only the requests of users and roles carry this key"),
        };
        if self.key.folded == "kms:viaservice" {
            // AWS's own policies disagree with its documentation here.
            let message = "a service that calls for itself carries no `kms:ViaService`, says AWS";
            let draft = self.context.finding(self.atom.key_span, message).severity(Severity::Info);
            return Some(
                draft
                    .related(first.span, "calls for itself")
                    .help("use `aws:SourceArn` or `aws:SourceAccount`"),
            );
        }
        let help = match self.key.callers {
            Callers::Service => {
                "for users and roles, use `aws:PrincipalArn`, `kms:CallerAccount` or `kms:ViaService`"
            }
            _ => "for services, use `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`",
        };
        if lacking.len() == element.entries.len() {
            let draft = self.never(format!("no request of a {kind} carries `{}`", self.atom.key));
            return Some(draft.related(first.span, format!("a {kind}")).help(help));
        }
        let verb = self.statement.effect.verb().filter(|_| !self.when_absent)?;
        let message =
            format!("`{}` is never {verb} here: it never carries `{}`", first.text.called(), self.atom.key);
        let draft = self.context.finding(self.atom.key_span, message).severity(Severity::Info).note(why);
        Some(draft.related(first.span, format!("a {kind}")).help("give it a statement of its own"))
    }

    /// The key itself: only symmetric encryption keys have an encryption context.
    fn key_type(&self) -> Option<Draft> {
        let spec = self.context.document.key.spec.as_deref()?;
        let context_key = self.key.folded.starts_with("kms:encryptioncontext");
        let draft = self.never(format!("a key of type `{spec}` has no encryption context"));
        (context_key && spec != "SYMMETRIC_DEFAULT").then_some(draft)
    }

    /// Keys whose value is the caller's to choose, or anybody's: a condition on them restricts nobody.
    fn keeps_nobody_out(&self) -> Option<Draft> {
        let written = &self.atom.key;
        let elsewhere = |key: &str| self.statement.demands(key) == Some(false);
        let (message, help, severity) = match self.key.folded {
            "aws:useragent" | "aws:referer" => (
                format!("`{written}` is whatever the caller sends, so it keeps nobody out"),
                "name who may come in `Principal`, or from where by `aws:SourceVpce`",
                Severity::Info,
            ),
            "aws:vpcsourceip" if elsewhere("aws:sourcevpc") && elsewhere("aws:sourcevpce") => (
                format!("`{written}` is an address in whatever VPC, and everyone can have it in theirs"),
                "add `aws:SourceVpc` to the condition",
                Severity::Warning,
            ),
            _ => return None,
        };
        let atom = self.atom;
        let guards = match self.statement.effect {
            Effect::Allow => !self.when_absent,
            _ => self.when_absent,
        };
        let draft = self.context.finding(atom.key_span, message).severity(severity).help(help);
        guards.then_some(draft)
    }

    /// A condition that never holds makes the statement void; one that always holds guards nothing.
    fn never(&self, reason: String) -> Draft {
        let message = format!("{reason}, {}", self.statement.outcome(self.when_absent));
        let severity = if self.when_absent { Severity::Warning } else { Severity::Error };
        self.context.finding(self.atom.key_span, message).severity(severity)
    }
}

/// Who calls by a principal string.
enum Caller {
    Iam,
    Service,
}

fn kind_of(principal: &Principal) -> Option<Caller> {
    match principal.kind {
        PrincipalKind::Account { .. }
        | PrincipalKind::User { .. }
        | PrincipalKind::Role { .. }
        | PrincipalKind::Session { .. }
        | PrincipalKind::FederatedUser { .. } => Some(Caller::Iam),
        PrincipalKind::Service { .. } => Some(Caller::Service),
        _ => None,
    }
}

/// The patterns that name one action.
fn named(element: &ActionElement) -> impl Iterator<Item = &ActionPattern> {
    element.patterns.iter().filter(|it| it.text.as_known().is_some_and(|known| !glob::has_wildcard(&known)))
}
