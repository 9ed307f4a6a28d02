//! `Condition`: operators, keys, values.

use super::placeholder::placeholder;
use super::read::{Item, Reader};
use super::{BaseOperator, Condition, ConditionValue, DefectKind, Operator, Quantifier};
use crate::catalog::nearest;
use crate::source::Span;
use crate::value::{Kind, Member, Value};

impl Reader<'_> {
    /// The atoms, and whether there may be more.
    pub(super) fn conditions(&mut self, value: &Value, statement: Span) -> (Vec<Condition>, bool) {
        let mut atoms = Vec::new();
        let mut open = false;
        match &value.kind {
            Kind::Object(blocks) => {
                for block in self.unique(blocks, false) {
                    open |= self.block(block, statement, &mut atoms);
                }
            }
            Kind::Unknown(_) => open = true,
            _ => {
                self.wrong_type("Condition", "an object of operators", value.span);
                // Something was meant to restrict the statement.
                open = true;
            }
        }
        (atoms, open)
    }

    /// One operator and what it is applied to; returns whether there may be more than was read.
    fn block(&mut self, block: &Member, statement: Span, atoms: &mut Vec<Condition>) -> bool {
        let operator = Operator::parse(&block.key.to_string());
        if operator.base.is_none() && block.key.is_known() {
            let name = operator.written.clone();
            let meant = Operator::nearest(&name);
            self.defect(DefectKind::UnknownOperator { name, meant }, block.key_span, Vec::new());
        }
        let members = match &block.value.kind {
            Kind::Object(members) => members,
            Kind::Unknown(_) => return true,
            _ => {
                self.wrong_type("Condition", "an object of condition keys and values", block.value.span);
                return true;
            }
        };
        let mut open = false;
        for member in self.unique(members, true) {
            // `merge(…)`: an unknown member may be several.
            open |= !member.key.is_known() && matches!(member.value.kind, Kind::Unknown(_));
            atoms.push(self.atom(&operator, block, member, statement));
        }
        open
    }

    fn atom(&mut self, operator: &Operator, block: &Member, member: &Member, statement: Span) -> Condition {
        let mut values = Vec::new();
        let mut values_open = false;
        for item in self.items("Condition", &member.value, true) {
            match item {
                Item::Text(text, span) => values.push(ConditionValue { text: text.into_owned(), span }),
                Item::Open(..) => values_open = true,
            }
        }
        Condition {
            operator: operator.clone(),
            operator_span: block.key_span,
            key: member.key.clone(),
            key_folded: member.key.as_known().map(|key| key.to_lowercase()),
            key_span: member.key_span,
            values,
            values_open,
            span: member.written_in(statement),
        }
    }
}

impl Condition {
    /// Whether it holds for a request that does not carry its key; `None`: not known.
    pub fn when_absent(&self) -> Option<bool> {
        let base = self.operator.base?;
        match self.operator.quantifier {
            _ if base == BaseOperator::Null => self.is_null_test(),
            _ if self.operator.if_exists => Some(true),
            Some(Quantifier::ForAllValues) => Some(true),
            Some(Quantifier::ForAnyValue) => Some(false),
            None => Some(base.is_negated()),
        }
    }

    /// Whether its key is the account of the caller.
    pub fn is_about_account(&self) -> bool {
        matches!(self.key_folded.as_deref(), Some("kms:calleraccount" | "aws:principalaccount"))
    }

    /// Whether a value is what an example left to be replaced.
    pub fn has_placeholder(&self) -> bool {
        self.values.iter().any(|value| value.text.as_known().is_some_and(|text| placeholder(&text).is_some()))
    }

    /// Of `Null`: `Some(true)` demands that the key is absent, `Some(false)` that it is there.
    fn is_null_test(&self) -> Option<bool> {
        if self.values_open {
            return None;
        }
        let mut values = self.values.iter().map(|value| value.text.as_known());
        let first = values.next()??.eq_ignore_ascii_case("true");
        values.next().is_none().then_some(first)
    }
}

impl Operator {
    /// Reads an operator, whatever its case.
    pub fn parse(written: &str) -> Operator {
        let folded = written.to_ascii_lowercase();
        let (quantifier, name) = if let Some(name) = folded.strip_prefix("forallvalues:") {
            (Some(Quantifier::ForAllValues), name)
        } else if let Some(name) = folded.strip_prefix("foranyvalue:") {
            (Some(Quantifier::ForAnyValue), name)
        } else {
            (None, folded.as_str())
        };
        let (if_exists, name) = name.strip_suffix("ifexists").map_or((false, name), |name| (true, name));
        let base = BaseOperator::ALL.into_iter().find(|base| base.name().eq_ignore_ascii_case(name));
        Operator { quantifier, base, if_exists, written: written.to_owned() }
    }

    /// The operator in AWS's spelling; `None`: it is none.
    pub fn canonical(&self) -> Option<String> {
        let prefix = match self.quantifier {
            Some(Quantifier::ForAllValues) => "ForAllValues:",
            Some(Quantifier::ForAnyValue) => "ForAnyValue:",
            None => "",
        };
        let suffix = if self.if_exists { "IfExists" } else { "" };
        self.base.map(|base| format!("{prefix}{}{suffix}", base.name()))
    }

    /// The operator that was probably meant by one that does not exist.
    pub(crate) fn nearest(written: &str) -> Option<String> {
        let parsed = Operator::parse(written);
        let folded = written.to_ascii_lowercase();
        let name = folded.split_once(':').map_or(folded.as_str(), |(_, name)| name);
        let base = match name.strip_suffix("ifexists").unwrap_or(name) {
            "boolean" | "boolequals" => Some(BaseOperator::Bool),
            "arn" => Some(BaseOperator::ArnLike),
            "string" | "equals" => Some(BaseOperator::StringEquals),
            _ => None,
        };
        if base.is_some() {
            return Operator { base, ..parsed }.canonical();
        }
        let quantifiers = [None, Some(Quantifier::ForAllValues), Some(Quantifier::ForAnyValue)];
        let forms = quantifiers.into_iter().flat_map(|quantifier| [(quantifier, false), (quantifier, true)]);
        let names: Vec<String> = forms
            .flat_map(|(quantifier, if_exists)| {
                let operator =
                    move |base| Operator { quantifier, base: Some(base), if_exists, written: String::new() };
                BaseOperator::ALL.into_iter().filter_map(move |base| operator(base).canonical())
            })
            .collect();
        nearest(written, names.iter().map(String::as_str)).map(str::to_owned)
    }
}

impl BaseOperator {
    /// Every operator.
    pub const ALL: [BaseOperator; 27] = [
        BaseOperator::StringEquals,
        BaseOperator::StringNotEquals,
        BaseOperator::StringEqualsIgnoreCase,
        BaseOperator::StringNotEqualsIgnoreCase,
        BaseOperator::StringLike,
        BaseOperator::StringNotLike,
        BaseOperator::NumericEquals,
        BaseOperator::NumericNotEquals,
        BaseOperator::NumericLessThan,
        BaseOperator::NumericLessThanEquals,
        BaseOperator::NumericGreaterThan,
        BaseOperator::NumericGreaterThanEquals,
        BaseOperator::DateEquals,
        BaseOperator::DateNotEquals,
        BaseOperator::DateLessThan,
        BaseOperator::DateLessThanEquals,
        BaseOperator::DateGreaterThan,
        BaseOperator::DateGreaterThanEquals,
        BaseOperator::Bool,
        BaseOperator::BinaryEquals,
        BaseOperator::IpAddress,
        BaseOperator::NotIpAddress,
        BaseOperator::ArnEquals,
        BaseOperator::ArnNotEquals,
        BaseOperator::ArnLike,
        BaseOperator::ArnNotLike,
        BaseOperator::Null,
    ];

    /// Its name in AWS's spelling.
    pub fn name(self) -> &'static str {
        match self {
            BaseOperator::StringEquals => "StringEquals",
            BaseOperator::StringNotEquals => "StringNotEquals",
            BaseOperator::StringEqualsIgnoreCase => "StringEqualsIgnoreCase",
            BaseOperator::StringNotEqualsIgnoreCase => "StringNotEqualsIgnoreCase",
            BaseOperator::StringLike => "StringLike",
            BaseOperator::StringNotLike => "StringNotLike",
            BaseOperator::NumericEquals => "NumericEquals",
            BaseOperator::NumericNotEquals => "NumericNotEquals",
            BaseOperator::NumericLessThan => "NumericLessThan",
            BaseOperator::NumericLessThanEquals => "NumericLessThanEquals",
            BaseOperator::NumericGreaterThan => "NumericGreaterThan",
            BaseOperator::NumericGreaterThanEquals => "NumericGreaterThanEquals",
            BaseOperator::DateEquals => "DateEquals",
            BaseOperator::DateNotEquals => "DateNotEquals",
            BaseOperator::DateLessThan => "DateLessThan",
            BaseOperator::DateLessThanEquals => "DateLessThanEquals",
            BaseOperator::DateGreaterThan => "DateGreaterThan",
            BaseOperator::DateGreaterThanEquals => "DateGreaterThanEquals",
            BaseOperator::Bool => "Bool",
            BaseOperator::BinaryEquals => "BinaryEquals",
            BaseOperator::IpAddress => "IpAddress",
            BaseOperator::NotIpAddress => "NotIpAddress",
            BaseOperator::ArnEquals => "ArnEquals",
            BaseOperator::ArnNotEquals => "ArnNotEquals",
            BaseOperator::ArnLike => "ArnLike",
            BaseOperator::ArnNotLike => "ArnNotLike",
            BaseOperator::Null => "Null",
        }
    }

    /// Whether it is true of values that do **not** match, hence also when the key is absent.
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            BaseOperator::StringNotEquals
                | BaseOperator::StringNotEqualsIgnoreCase
                | BaseOperator::StringNotLike
                | BaseOperator::NumericNotEquals
                | BaseOperator::DateNotEquals
                | BaseOperator::NotIpAddress
                | BaseOperator::ArnNotEquals
                | BaseOperator::ArnNotLike
        )
    }

    /// Whether the case of its values does not count.
    pub fn is_case_blind(self) -> bool {
        matches!(self, BaseOperator::StringEqualsIgnoreCase | BaseOperator::StringNotEqualsIgnoreCase)
    }

    /// Whether `*` and `?` in its values are wildcards.
    pub fn takes_wildcards(self) -> bool {
        matches!(
            self,
            BaseOperator::StringLike
                | BaseOperator::StringNotLike
                | BaseOperator::ArnEquals
                | BaseOperator::ArnNotEquals
                | BaseOperator::ArnLike
                | BaseOperator::ArnNotLike
        )
    }
}
