//! What the rules would say of a policy if what is not decided were settled, one way or the other.

use crate::access::{Access, Variable};
use crate::engine::context::{Context, Draft};
use crate::engine::run::Engine;
use crate::engine::subsume::drop_subsumed;

/// Findings that hinge on something that is not decided, the most severe first.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// What they hinge on.
    pub on: Hinge,
    /// The findings, were it settled against the policy.
    pub findings: Vec<Draft>,
}

/// What is not decided.
#[derive(Clone, Debug)]
pub enum Hinge {
    /// What policy variables stand for; none of them alone makes the findings.
    Variables(Vec<Variable>),
    /// Questions that the search gave up.
    GivenUp,
    /// Everything: the policy is larger than any that KMS takes.
    Size,
}

/// Conditions that are looked at one by one.
const MOST_ALONE: usize = 6;

impl Engine<'_> {
    /// What the rules leave open of a policy, beside what they say of it.
    pub(super) fn undecided(&self, context: &Context<'_>, said: &[Draft]) -> Vec<Undecided> {
        let access = context.access;
        if access.is_too_large() {
            return vec![Undecided { on: Hinge::Size, findings: Vec::new() }];
        }
        let variables = access.variables();
        let mut suppositions: Vec<(Hinge, Access<'_>)> = Vec::new();
        let mut suppose = |of: &[Variable]| {
            for hold in [true, false] {
                let all: Vec<&Variable> = of.iter().collect();
                suppositions.push((Hinge::Variables(of.to_vec()), access.supposing(&all, hold)));
            }
        };
        if variables.len() <= MOST_ALONE {
            variables.iter().for_each(|it| suppose(std::slice::from_ref(it)));
        }
        if variables.len() > 1 {
            suppose(&variables);
        }
        if access.gave_up() {
            let possible = [true, false].map(|it| (Hinge::GivenUp, access.supposing_given_up(it)));
            suppositions.extend(possible);
        }
        let mut found: Vec<(Hinge, Draft)> = Vec::new();
        for (on, access) in &suppositions {
            for draft in self.say(&Context { access, ..*context }) {
                let is_known = |other: &Draft| is_said(&draft, other);
                if !said.iter().any(is_known) && !found.iter().any(|(_, other)| is_known(other)) {
                    found.push((on.clone(), draft));
                }
            }
        }
        if found.is_empty() { Vec::new() } else { self.put_together(found, said) }
    }

    /// The findings by what they hinge on, without those for which a stronger one stands.
    fn put_together(&self, found: Vec<(Hinge, Draft)>, said: &[Draft]) -> Vec<Undecided> {
        let all = said.iter().chain(found.iter().map(|(_, draft)| draft)).cloned().collect();
        let kept = drop_subsumed(all, &self.rules);
        let mut undecided: Vec<Undecided> = Vec::new();
        for (on, draft) in found.into_iter().filter(|(_, draft)| kept.iter().any(|it| is_same(it, draft))) {
            match undecided.iter_mut().find(|known| known.on.is(&on)) {
                Some(known) => known.findings.push(draft),
                None => undecided.push(Undecided { on, findings: vec![draft] }),
            }
        }
        undecided
            .iter_mut()
            .for_each(|it| it.findings.sort_by_key(|it| std::cmp::Reverse(it.finding.severity)));
        undecided
    }
}

impl Hinge {
    fn is(&self, other: &Hinge) -> bool {
        match (self, other) {
            (Hinge::Variables(these), Hinge::Variables(those)) => these == those,
            (Hinge::GivenUp, Hinge::GivenUp) | (Hinge::Size, Hinge::Size) => true,
            _ => false,
        }
    }
}

fn is_same(a: &Draft, b: &Draft) -> bool {
    let of = |it: &Draft| (it.finding.rule.clone(), it.finding.primary.span, it.finding.message.clone());
    of(a) == of(b)
}

/// Whether another finding says as much: one of the same rule on the same characters or statements.
fn is_said(draft: &Draft, by: &Draft) -> bool {
    let statements = |it: &Draft| it.evidence.iter().map(|it| it.statement).collect::<Vec<_>>();
    draft.finding.rule == by.finding.rule
        && (draft.finding.primary.span == by.finding.primary.span || statements(draft) == statements(by))
}
