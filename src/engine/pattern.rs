//! The declarative form of a rule: a three-valued pattern over one statement.

use crate::carrier::Role;
use crate::catalog::ActionSet;
use crate::engine::context::{Context, Findings};
use crate::engine::like::Like;
use crate::engine::tri::Tri;
use crate::policy::{
    ActionElement, ActionPattern, Condition, Effect, Operator, Principal, PrincipalKind, Statement,
};
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::toml::Table;

/// What a statement must be like for the rule to report it. All members must hold.
///
/// | member | holds if |
/// |---|---|
/// | `effect` | it is `Allow`, or `Deny` |
/// | `principal`, `account`, `principal-like`, `principal-unlike` | one principal is of these kinds, belongs to one of these accounts, is written like one of these, is like none of these |
/// | `not-principal`, `not-action` | it is written with that element, or without |
/// | `action` | it allows or denies one of these actions, by whatever pattern |
/// | `sid-like`, `sid-unlike` | its name is like one of these; is like none of these, or there is none |
/// | `[[match.condition]]` | it has such a condition, or with `absent = true` it has none |
///
/// What a text should be like is written as in IAM, `arn:aws:iam::*:role/ops-*`, or as a regular expression between
/// slashes, `/^[A-Z]/`. With `missing = true` the rule reports a policy in which no statement is like this.
#[derive(Clone, Debug)]
pub struct Pattern {
    missing: bool,
    effect: Option<Effect>,
    principal: Vec<PrincipalWord>,
    accounts: Vec<String>,
    principal_like: Option<Like>,
    principal_unlike: Option<Like>,
    sid_like: Option<Like>,
    sid_unlike: Option<Like>,
    not_principal: Option<bool>,
    actions: Option<ActionSet>,
    not_action: Option<bool>,
    conditions: Vec<ConditionPattern>,
    at: Node,
    label: String,
    message: String,
    help: Option<String>,
}

/// One atom of `Condition` that must be there, or must not: on this key, with one of these operators. Of its values,
/// one must be like these; where such an atom must be absent, one that has other values as well does not count.
#[derive(Clone, Debug)]
struct ConditionPattern {
    key: String,
    operators: Vec<Operator>,
    value: Option<Like>,
    absent: bool,
}

/// A kind of principal that a pattern can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PrincipalWord {
    Any,
    Account,
    User,
    Role,
    Session,
    FederatedUser,
    Service,
    UniqueId,
    Invalid,
}

/// The node that the primary label points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Principal,
    Action,
    Resource,
    Condition,
    Statement,
}

const PRINCIPALS: [(&str, PrincipalWord); 9] = [
    ("any", PrincipalWord::Any),
    ("account", PrincipalWord::Account),
    ("user", PrincipalWord::User),
    ("role", PrincipalWord::Role),
    ("session", PrincipalWord::Session),
    ("federated-user", PrincipalWord::FederatedUser),
    ("service", PrincipalWord::Service),
    ("unique-id", PrincipalWord::UniqueId),
    ("invalid", PrincipalWord::Invalid),
];

const NODES: [(&str, Node); 5] = [
    ("principal", Node::Principal),
    ("action", Node::Action),
    ("resource", Node::Resource),
    ("condition", Node::Condition),
    ("statement", Node::Statement),
];

const EFFECTS: [(&str, Effect); 2] = [("Allow", Effect::Allow), ("Deny", Effect::Deny)];

const PLACEHOLDERS: [&str; 5] = ["principal", "action", "resource", "condition", "sid"];

impl Pattern {
    /// Reads a `[match]` table; mistakes go to the table's block.
    pub(super) fn parse(table: &Table<'_, '_>) -> Pattern {
        let principal = table.texts("principal");
        let principal = principal.iter().filter_map(|(word, span)| table.choose(word, *span, &PRINCIPALS));
        let pattern = Pattern {
            missing: table.flag("missing").unwrap_or(false),
            effect: table.word("effect", &EFFECTS),
            principal: principal.collect(),
            accounts: accounts(table),
            principal_like: Like::parse(table, "principal-like"),
            principal_unlike: Like::parse(table, "principal-unlike"),
            sid_like: Like::parse(table, "sid-like"),
            sid_unlike: Like::parse(table, "sid-unlike"),
            not_principal: table.flag("not-principal"),
            actions: actions(table, "action"),
            not_action: table.flag("not-action"),
            conditions: table.tables("condition").iter().map(ConditionPattern::parse).collect(),
            at: table.word("at", &NODES).unwrap_or(Node::Statement),
            label: table.text("label").unwrap_or_default(),
            message: table.required("message"),
            help: table.text("help"),
        };
        for key in ["message", "label", "help"] {
            check_placeholders(table, key, &PLACEHOLDERS);
        }
        table.finish();
        pattern
    }

    /// Reports the statements that surely match; a policy that surely has none, if one must be there.
    pub(super) fn run(&self, context: &Context<'_>, findings: &mut Findings) {
        if self.missing {
            let policy = context.policy;
            let some = Tri::any(policy.statements.iter().map(|statement| self.matches(statement)));
            // A part of a policy does not show what the whole has.
            let is_whole = context.document.role != Role::Fragment && !context.is_perhaps_an_excerpt();
            if is_whole && some.open(policy.open) == Tri::False {
                let draft = context.finding(policy.span, self.message.clone()).label(self.label.clone());
                match &self.help {
                    Some(help) => draft.help(help.clone()),
                    None => draft,
                }
                .report(findings);
            }
            return;
        }
        for statement in
            context.policy.statements.iter().filter(|statement| self.matches(statement).is_true())
        {
            let mut nodes = self.nodes(statement).into_iter();
            let first = nodes.next().unwrap_or(statement.span);
            let fill = |text: &str| self.fill(text, statement);
            let mut draft = context.finding(first, fill(&self.message)).label(fill(&self.label));
            for node in nodes {
                draft = draft.related(node, "and this");
            }
            if let Some(help) = &self.help {
                draft = draft.help(fill(help));
            }
            draft.statement(statement).report(findings);
        }
    }

    /// Whether a statement matches.
    pub fn matches(&self, statement: &Statement) -> Tri {
        let effect = match (self.effect, statement.effect) {
            (None, _) => Tri::True,
            (Some(_), Effect::Unknown) => Tri::Unknown,
            (Some(wanted), found) => Tri::from(wanted == found),
        };
        let negated = |wanted: Option<bool>, found: Option<bool>| match (wanted, found) {
            (None, _) => Tri::True,
            (Some(wanted), found) => Tri::from(found.is_some_and(|found| found == wanted)),
        };
        Tri::all([
            effect,
            negated(self.not_principal, statement.principal.as_ref().map(|it| it.negated)),
            negated(self.not_action, statement.action.as_ref().map(|it| it.negated)),
        ])
        .and(self.principal_matches(statement))
        .and(self.sid_matches(statement))
        .and(self.actions_match(statement))
        .and(Tri::all(self.conditions.iter().map(|pattern| pattern.matches(statement))))
    }

    fn sid_matches(&self, statement: &Statement) -> Tri {
        let sid = statement.sid.as_ref().map(|sid| &sid.text);
        let is = |like: &Like| sid.map_or(Tri::False, |sid| like.matches(sid));
        let like = self.sid_like.as_ref().map_or(Tri::True, is);
        like.and(self.sid_unlike.as_ref().map_or(Tri::True, |like| !is(like)))
    }

    /// Whether the rule says who the principal is.
    fn asks_for_principal(&self) -> bool {
        !self.principal.is_empty()
            || !self.accounts.is_empty()
            || self.principal_like.is_some()
            || self.principal_unlike.is_some()
    }

    fn principal_matches(&self, statement: &Statement) -> Tri {
        if !self.asks_for_principal() {
            return Tri::True;
        }
        let Some(element) = &statement.principal else { return Tri::False };
        Tri::any(element.entries.iter().map(|entry| self.is_wanted(entry))).open(element.open)
    }

    fn is_wanted(&self, principal: &Principal) -> Tri {
        let is = |like: &Like| like.matches(&principal.text);
        self.is_of_kind(principal)
            .and(self.is_of_account(principal))
            .and(self.principal_like.as_ref().map_or(Tri::True, is))
            .and(self.principal_unlike.as_ref().map_or(Tri::True, |like| !is(like)))
    }

    fn is_of_account(&self, principal: &Principal) -> Tri {
        match (&principal.kind, principal.kind.account()) {
            _ if self.accounts.is_empty() => Tri::True,
            (PrincipalKind::Unknown, _) => Tri::Unknown,
            (_, None) => Tri::False,
            (_, Some(account)) => {
                Tri::from(account.as_known().map(|it| self.accounts.iter().any(|wanted| *wanted == it)))
            }
        }
    }

    fn is_of_kind(&self, principal: &Principal) -> Tri {
        if self.principal.is_empty() {
            return Tri::True;
        }
        let word = match &principal.kind {
            PrincipalKind::Everyone => PrincipalWord::Any,
            PrincipalKind::Account { .. } => PrincipalWord::Account,
            PrincipalKind::User { .. } => PrincipalWord::User,
            PrincipalKind::Role { .. } => PrincipalWord::Role,
            PrincipalKind::Session { .. } => PrincipalWord::Session,
            PrincipalKind::FederatedUser { .. } => PrincipalWord::FederatedUser,
            PrincipalKind::Service { .. } => PrincipalWord::Service,
            PrincipalKind::UniqueId { .. } => PrincipalWord::UniqueId,
            PrincipalKind::Invalid(_) => PrincipalWord::Invalid,
            PrincipalKind::Unknown => return Tri::Unknown,
        };
        Tri::from(self.principal.contains(&word))
    }

    fn actions_match(&self, statement: &Statement) -> Tri {
        let Some(wanted) = self.actions else { return Tri::True };
        let Some(element) = &statement.action else { return Tri::False };
        let (must, may) = allowed(element);
        between(must.intersects(wanted), may.intersects(wanted))
    }

    /// The characters of the node that the rule points at.
    fn nodes(&self, statement: &Statement) -> Vec<Span> {
        match self.at {
            Node::Principal => match &statement.principal {
                Some(element) if !self.asks_for_principal() || element.negated => vec![element.span],
                Some(element) => {
                    let wanted = element.entries.iter().filter(|entry| self.is_wanted(entry).is_true());
                    wanted.map(|entry| entry.span).collect()
                }
                None => Vec::new(),
            },
            Node::Action => match &statement.action {
                Some(element) if element.negated => vec![element.key_span],
                Some(element) => self.patterns(element).map(|pattern| pattern.span).collect(),
                None => Vec::new(),
            },
            Node::Resource => statement.resource.iter().map(|element| element.span).collect(),
            Node::Condition => {
                let atoms: Vec<_> = self.atoms(statement).map(|atom| atom.span).collect();
                if atoms.is_empty() { statement.condition_span.into_iter().collect() } else { atoms }
            }
            Node::Statement => vec![statement.span],
        }
    }

    /// The action patterns that give something the rule asks for.
    fn patterns<'s>(&self, element: &'s ActionElement) -> impl Iterator<Item = &'s ActionPattern> + use<'s> {
        let wanted = self.actions;
        element.patterns.iter().filter(move |pattern| wanted.is_none_or(|set| pattern.must.intersects(set)))
    }

    /// The atoms of the condition that the rule asks for.
    fn atoms<'s>(&'s self, statement: &'s Statement) -> impl Iterator<Item = &'s Condition> {
        let wanted =
            |atom: &Condition| self.conditions.iter().any(|pattern| pattern.is_wanted(atom).is_true());
        statement.conditions.iter().filter(move |atom| wanted(atom))
    }

    /// Puts the statement's own words in place of `{principal}`, `{action}`, `{resource}`, `{condition}` and
    /// `{sid}`.
    fn fill(&self, text: &str, statement: &Statement) -> String {
        let mut filled = text.to_owned();
        for name in PLACEHOLDERS.iter().filter(|name| text.contains(&format!("{{{name}}}"))) {
            filled = filled.replace(&format!("{{{name}}}"), &self.words(name, statement));
        }
        filled
    }

    fn words(&self, placeholder: &str, statement: &Statement) -> String {
        let found = match placeholder {
            "principal" => statement.principal.as_ref().and_then(|element| {
                let wanted = |entry: &&Principal| self.is_wanted(entry).is_true();
                Some(element.entries.iter().find(wanted)?.text.to_string())
            }),
            "action" => {
                statement.action.as_ref().and_then(|it| Some(self.patterns(it).next()?.text.to_string()))
            }
            "resource" => {
                statement.resource.as_ref().and_then(|it| Some(it.patterns.first()?.text.to_string()))
            }
            "condition" => self.atoms(statement).next().map(|atom| atom.key.to_string()),
            _ => statement.sid.as_ref().map(|sid| sid.text.to_string()),
        };
        found.unwrap_or_else(|| format!("statement {}", statement.place + 1))
    }
}

impl ConditionPattern {
    fn parse(table: &Table<'_, '_>) -> ConditionPattern {
        let pattern = ConditionPattern {
            key: table.required("key").to_ascii_lowercase(),
            operators: operators(table),
            value: Like::parse(table, "value"),
            absent: table.flag("absent").unwrap_or(false),
        };
        table.finish();
        pattern
    }

    fn matches(&self, statement: &Statement) -> Tri {
        let atoms = statement.conditions.iter().map(|atom| self.is_wanted(atom));
        let found = Tri::any(atoms).open(statement.conditions_open);
        if self.absent { !found } else { found }
    }

    fn is_wanted(&self, atom: &Condition) -> Tri {
        let key = Tri::from(atom.key_folded.as_ref().map(|key| *key == self.key));
        let operator = match (&atom.operator.base, self.operators.is_empty()) {
            (_, true) => Tri::True,
            (Some(_), _) => {
                let found = atom.operator.canonical();
                Tri::from(self.operators.iter().any(|wanted| wanted.canonical() == found))
            }
            (None, _) => Tri::Unknown,
        };
        key.and(operator).and(self.has_value(atom))
    }

    fn has_value(&self, atom: &Condition) -> Tri {
        let Some(like) = &self.value else { return Tri::True };
        let values = atom.values.iter().map(|it| like.matches(&it.text));
        if self.absent {
            !Tri::any(values.map(|it| !it)).open(atom.values_open)
        } else {
            Tri::any(values).open(atom.values_open)
        }
    }
}

fn operators(table: &Table<'_, '_>) -> Vec<Operator> {
    let operator = |(text, span): (String, Span)| {
        let operator = Operator::parse(&text);
        if operator.base.is_none() {
            let mut error = SyntaxError::broken(span, format!("`{text}` is no condition operator"));
            error.help = Operator::nearest(&text).map(|meant| format!("did you mean `{meant}`?"));
            table.error(error);
        }
        operator
    };
    table.texts("operator").into_iter().map(operator).collect()
}

fn accounts(table: &Table<'_, '_>) -> Vec<String> {
    let account = |(text, span): (String, Span)| {
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            let error = SyntaxError::broken(span, format!("`{text}` is no account id"));
            table.error(error.help("twelve digits, as text"));
        }
        text
    };
    table.texts("account").into_iter().map(account).collect()
}

/// The key-policy actions an element stands for, from below and from above.
fn allowed(element: &ActionElement) -> (ActionSet, ActionSet) {
    let all = |set: fn(&ActionPattern) -> ActionSet| {
        element.patterns.iter().map(set).fold(ActionSet::EMPTY, ActionSet::union)
    };
    let (must, may) = (all(|pattern| pattern.must), all(|pattern| pattern.may));
    let every = crate::catalog::expand("*");
    let may = if element.open { every } else { may };
    if element.negated { (every.difference(may), every.difference(must)) } else { (must, may) }
}

fn between(surely: bool, possibly: bool) -> Tri {
    match (surely, possibly) {
        (true, _) => Tri::True,
        (false, true) => Tri::Unknown,
        (false, false) => Tri::False,
    }
}

fn actions(table: &Table<'_, '_>, key: &'static str) -> Option<ActionSet> {
    let patterns = table.texts(key);
    for (pattern, span) in &patterns {
        if crate::catalog::expand(pattern).is_empty() {
            table
                .error(SyntaxError::broken(*span, format!("`{pattern}` matches no action of the catalogue")));
        }
    }
    let sets = patterns.iter().map(|(pattern, _)| crate::catalog::expand(pattern));
    sets.reduce(ActionSet::union)
}

/// A mistake for each `{word}` that is no placeholder.
pub(super) fn check_placeholders(table: &Table<'_, '_>, key: &'static str, known: &[&str]) {
    let Some(text) = table.text(key) else { return };
    // What holds more than a word is JSON, as in the help.
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    for word in text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).filter(is_word) {
        if !known.contains(&word) {
            let error = SyntaxError::broken(table.span_of(key), format!("`{{{word}}}` is no placeholder"));
            table.error(error.help(format!("known are `{{{}}}`", known.join("}`, `{"))));
        }
    }
}
