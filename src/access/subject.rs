//! A class of principals as a request shows it: its account and its `aws:PrincipalArn`.

use std::cell::OnceCell;
use std::rc::Rc;

use super::ClassKind;
use super::glob::{Glob, Token};
use super::names::{Names, has_unknown};
use crate::policy::PrincipalKind;
use crate::value::Text;

/// An account that the policy does not mention, unless it does.
pub(super) const FRESH_ACCOUNT: &str = "999988887777";

/// A class, compiled.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) kind: ClassKind,
    pub(super) account: Account,
    /// Nothing that the policy mentions is its: neither the account nor the organization.
    pub(super) stranger: bool,
    /// What the ARN of a named one says.
    pub(super) named: Option<PrincipalKind>,
    mentioned: Rc<Mentioned>,
    arn: OnceCell<Values>,
}

/// The account of a subject.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Account {
    Known(String),
    /// It is the one in `aws:PrincipalArn`: any but those that the policy mentions.
    OfArn,
    /// A service has none.
    None,
    Unknown,
}

/// The values that a key can have.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// Any of its type.
    Free,
    /// One of these.
    Fixed(Vec<String>),
    /// Of each pair some pattern takes it (true), or none does (false).
    Within(Rc<Vec<(Vec<Glob>, bool)>>),
    /// Nothing is known.
    Unknown,
}

/// The principals and accounts of a question, for telling the others from them.
#[derive(Debug)]
pub(super) struct Mentioned {
    arns: Vec<String>,
    accounts: Vec<String>,
}

impl Mentioned {
    pub(super) fn of<'k>(names: &Names, kinds: impl Iterator<Item = &'k ClassKind>) -> Mentioned {
        let mut mentioned = Mentioned { arns: Vec::new(), accounts: Vec::new() };
        for kind in kinds {
            match kind {
                ClassKind::Named(arn) => mentioned.arns.push(names.request(arn)),
                ClassKind::AccountOther(account) => mentioned.accounts.push(names.request(account)),
                _ => {}
            }
        }
        mentioned
    }

    /// An account that is not mentioned, and reads as one.
    pub(super) fn fresh_account(&self) -> String {
        let mentioned = |account: &str| self.accounts.iter().any(|known| known == account);
        let mut others = (0..).map(|n: u64| format!("{:012}", 999_988_887_777_u64 - n));
        others.find(|account| !mentioned(account)).unwrap_or_else(|| FRESH_ACCOUNT.to_owned())
    }
}

impl Subject {
    pub(super) fn new(kind: &ClassKind, names: &Names, mentioned: &Rc<Mentioned>) -> Subject {
        let named = if let ClassKind::Named(arn) = kind { Some(PrincipalKind::parse(arn)) } else { None };
        let account = match kind {
            ClassKind::Service(_) => Account::None,
            ClassKind::Opaque(_) => Account::Unknown,
            ClassKind::AccountRoot(account) | ClassKind::AccountOther(account) => {
                Account::Known(names.request(account))
            }
            ClassKind::Fresh => Account::OfArn,
            ClassKind::Named(_) => {
                let account = named.as_ref().and_then(PrincipalKind::account);
                account.map_or(Account::Unknown, |account| Account::Known(names.request(account)))
            }
        };
        let stranger = *kind == ClassKind::Fresh;
        Subject {
            kind: kind.clone(),
            account,
            stranger,
            named,
            mentioned: mentioned.clone(),
            arn: OnceCell::new(),
        }
    }

    /// Its `aws:PrincipalArn`. Few policies ask for one.
    pub(super) fn arn(&self, names: &Names) -> &Values {
        self.arn.get_or_init(|| self.arns(names))
    }

    fn arns(&self, names: &Names) -> Values {
        let mentioned = &self.mentioned;
        match &self.kind {
            ClassKind::Service(_) => Values::Free,
            ClassKind::Opaque(text) => Values::Fixed(vec![names.request(text)]),
            ClassKind::AccountRoot(account) => {
                let account = names.request(account);
                let arn = |partition| format!("arn:{partition}:iam::{account}:root");
                Values::Fixed(names.partitions().map(arn).collect())
            }
            ClassKind::AccountOther(account) => {
                let account = names.request(account);
                Values::Within(Rc::new(unnamed(&Glob::default().text(&account), mentioned)))
            }
            ClassKind::Fresh => {
                let mut all = unnamed(&Glob::default().then([Token::Digit; 12]), mentioned);
                let root = partition().text(":iam::").then([Token::Digit; 12]).text(":root");
                all.iter_mut().take(1).for_each(|(principals, _)| principals.push(root.clone()));
                let known =
                    mentioned.accounts.iter().map(|account| of_account(&Glob::default().text(account)));
                all.push((known.collect(), false));
                Values::Within(Rc::new(all))
            }
            ClassKind::Named(arn) => named(arn, names, mentioned),
        }
    }

    pub(super) fn is_service(&self) -> bool {
        matches!(self.kind, ClassKind::Service(_))
    }
}

fn named(arn: &Text, names: &Names, mentioned: &Mentioned) -> Values {
    let PrincipalKind::Session { account: of, role, .. } = &PrincipalKind::parse(arn) else {
        return Values::Fixed(vec![names.request(arn)]);
    };
    // A session's requests carry the ARN of its role, whose path the session's own ARN does not tell. Role names
    // are unique in an account.
    let (of, role) = (names.request(of), names.request(role));
    let is_role = |known: &&String| {
        known.contains(&format!(":iam::{of}:role/")) && known.rsplit('/').next() == Some(role.as_str())
    };
    let known: Vec<String> = mentioned.arns.iter().filter(is_role).cloned().collect();
    if !known.is_empty() {
        return Values::Fixed(known);
    }
    let front = || partition().text(&format!(":iam::{of}:role/"));
    let plain = front().text(&role);
    let below = front().then([Token::Many { colon: false }]).text(&format!("/{role}"));
    Values::Within(Rc::new(vec![(vec![plain, below], true)]))
}

/// `arn:aws`, `arn:aws-cn` and the like.
fn partition() -> Glob {
    Glob::default().text("arn:aws").then([Token::Many { colon: false }])
}

/// The users and roles of an account, without those that are mentioned.
fn unnamed(account: &Glob, mentioned: &Mentioned) -> Vec<(Vec<Glob>, bool)> {
    let principal = |service: &str, kind: &str| {
        let front = partition().text(&format!(":{service}::")).then(account.within_segment());
        let name = [Token::One { colon: false }, Token::Many { colon: false }];
        front.text(&format!(":{kind}/")).then(name)
    };
    let all = vec![principal("iam", "role"), principal("iam", "user"), principal("sts", "federated-user")];
    // The names of other accounts are none of this one's.
    let of = account.literal().filter(|account| !has_unknown(account));
    let may_be_of = |arn: &&String| match (&of, arn.split(':').nth(4)) {
        (Some(account), Some(known)) => known == account || has_unknown(arn),
        _ => true,
    };
    let named = mentioned.arns.iter().filter(may_be_of).map(|arn| Glob::default().text(arn)).collect();
    vec![(all, true), (named, false)]
}

/// The ARNs with an account that a pattern takes.
pub(super) fn of_account(account: &Glob) -> Glob {
    let any = || [Token::Many { colon: false }];
    let front = Glob::default().text("arn:").then(any()).text(":").then(any()).text("::");
    front.then(account.within_segment()).text(":").then([Token::Many { colon: true }])
}
