//! The declarative form of a rule: a three-valued pattern over one statement.

use crate::catalog::ActionSet;
use crate::engine::context::{Context, Findings};
use crate::engine::tri::Tri;
use crate::policy::{ActionElement, ActionPattern, Condition, Effect, Principal, PrincipalKind, Statement};
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::toml::Table;

/// What a statement must be like for the rule to report it. All members must hold.
#[derive(Clone, Debug)]
pub struct Pattern {
    effect: Option<Effect>,
    principal: Vec<PrincipalWord>,
    not_principal: Option<bool>,
    actions: Option<ActionSet>,
    not_action: Option<bool>,
    conditions: Vec<ConditionPattern>,
    at: Node,
    label: String,
    message: String,
    help: Option<String>,
}

/// One atom of `Condition` that must be there, or must not.
#[derive(Clone, Debug)]
struct ConditionPattern {
    key: String,
    operators: Vec<String>,
    values: Vec<String>,
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

const PLACEHOLDERS: [&str; 5] = ["principal", "action", "resource", "condition", "sid"];

impl Pattern {
    /// Reads a `[match]` table; mistakes go to the table's block.
    pub(super) fn parse(table: &Table<'_, '_>) -> Pattern {
        let principal = table.texts("principal");
        let principal = principal.iter().filter_map(|(word, span)| table.choose(word, *span, &PRINCIPALS));
        let pattern = Pattern {
            effect: table.word("effect", &[("Allow", Effect::Allow), ("Deny", Effect::Deny)]),
            principal: principal.collect(),
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
            check_placeholders(table, key);
        }
        table.finish();
        pattern
    }

    /// Reports the statements that surely match.
    pub(super) fn run(&self, context: &Context<'_>, findings: &mut Findings) {
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
        .and(self.actions_match(statement))
        .and(Tri::all(self.conditions.iter().map(|pattern| pattern.matches(statement))))
    }

    fn principal_matches(&self, statement: &Statement) -> Tri {
        if self.principal.is_empty() {
            return Tri::True;
        }
        let Some(element) = &statement.principal else { return Tri::False };
        Tri::any(element.entries.iter().map(|entry| self.is_wanted(entry))).open(element.open)
    }

    fn is_wanted(&self, principal: &Principal) -> Tri {
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
                Some(element) if self.principal.is_empty() || element.negated => vec![element.span],
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
                let wanted =
                    |entry: &&Principal| self.principal.is_empty() || self.is_wanted(entry).is_true();
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
        found.unwrap_or_else(|| format!("statement {}", statement.index + 1))
    }
}

impl ConditionPattern {
    fn parse(table: &Table<'_, '_>) -> ConditionPattern {
        let texts = |key| table.texts(key).into_iter().map(|(text, _)| text).collect();
        let pattern = ConditionPattern {
            key: table.required("key").to_ascii_lowercase(),
            operators: texts("operator"),
            values: texts("value"),
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
        let key = atom.key_folded.as_ref().map(|key| *key == self.key);
        let operator = match (&atom.operator.base, self.operators.is_empty()) {
            (_, true) => Tri::True,
            (Some(base), _) => Tri::from(self.operators.iter().any(|word| *word == format!("{base:?}"))),
            (None, _) => Tri::Unknown,
        };
        let value = |text: Option<std::borrow::Cow<'_, str>>| {
            Tri::from(text.map(|text| self.values.iter().any(|value| value.eq_ignore_ascii_case(&text))))
        };
        let values = match self.values.is_empty() {
            true => Tri::True,
            false => Tri::any(atom.values.iter().map(|it| value(it.text.as_known()))).open(atom.values_open),
        };
        Tri::from(key).and(operator).and(values)
    }
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
fn check_placeholders(table: &Table<'_, '_>, key: &'static str) {
    let Some(text) = table.text(key) else { return };
    for word in text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)) {
        if !PLACEHOLDERS.contains(&word) {
            let error = SyntaxError::broken(table.span_of(key), format!("`{{{word}}}` is no placeholder"));
            table.error(error.help(format!("known are `{{{}}}`", PLACEHOLDERS.join("}`, `{"))));
        }
    }
}
