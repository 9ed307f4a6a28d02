use crate::catalog::{ConditionKey, Form, Format, ValueType};
use crate::engine::{Check, Context, Findings};
use crate::finding::Severity;
use crate::policy::{BaseOperator, Condition, Statement};

pub(super) const CHECK: Check = Check::Policy(check);

/// The families of operators, by the type of value they compare.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Text,
    Number,
    Date,
    Bool,
    Binary,
    Address,
    Arn,
}

/// Dates that AWS also gives as seconds since 1970, so that a number operator compares them.
const NUMERIC_DATES: [&str; 2] = ["aws:epochtime", "kms:validto"];

fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in &statement.conditions {
            let (Some(key), Some(base)) = (atom.catalog_key(), atom.operator.base) else { continue };
            let Some(family) = Family::of(base) else { continue };
            if let Some(severity) = judge(key, family) {
                report(context, statement, (atom, key, severity), findings);
            }
        }
    }
}

fn report(
    context: &Context<'_>,
    statement: &Statement,
    (atom, key, severity): (&Condition, &ConditionKey, Severity),
    findings: &mut Findings,
) {
    let (written, operator) = (&atom.key, &atom.operator.written);
    let message =
        format!("`{operator}` does not fit `{written}`, whose values are {}", values(key.value_type));
    let mut draft = context.finding(atom.operator_span, message).severity(severity);
    draft = draft.related(atom.key_span, values(key.value_type));
    draft.help(format!("use {}", fitting(key.value_type))).part(statement, atom.span).report(findings);
}

/// How bad it is to compare a key by operators of a family; none: it is right.
fn judge(key: &ConditionKey, family: Family) -> Option<Severity> {
    let holds_arn =
        matches!(key.format, Some(Format::Principal | Format::Arn)) || key.folded.ends_with("orgpaths");
    match (key.value_type, family) {
        (ValueType::Text, Family::Text)
        | (ValueType::Arn, Family::Arn)
        | (ValueType::Number, Family::Number)
        | (ValueType::Date, Family::Date)
        | (ValueType::Bool, Family::Bool)
        | (ValueType::Address, Family::Address) => None,
        // The encryption context and tags are strings that often hold something else, such as an ARN.
        (ValueType::Text, Family::Arn) if key.form == Form::Suffix => None,
        (ValueType::Text, Family::Number | Family::Date | Family::Bool) if key.form == Form::Suffix => {
            Some(Severity::Info)
        }
        (ValueType::Date, Family::Number) if NUMERIC_DATES.contains(&key.folded) => None,
        // These compare as strings, which gives the wanted answer as long as the spelling is the same.
        (ValueType::Text, Family::Arn) if holds_arn => Some(Severity::Info),
        (ValueType::Arn | ValueType::Bool, Family::Text) => Some(Severity::Info),
        _ => Some(Severity::Warning),
    }
}

impl Family {
    /// The family of an operator; none of `Null`, which looks at no value.
    fn of(base: BaseOperator) -> Option<Family> {
        Some(match base {
            BaseOperator::Null => return None,
            BaseOperator::Bool => Family::Bool,
            BaseOperator::BinaryEquals => Family::Binary,
            BaseOperator::IpAddress | BaseOperator::NotIpAddress => Family::Address,
            _ if base.name().starts_with("String") => Family::Text,
            _ if base.name().starts_with("Numeric") => Family::Number,
            _ if base.name().starts_with("Date") => Family::Date,
            _ => Family::Arn,
        })
    }
}

fn values(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Text => "strings",
        ValueType::Arn => "ARNs",
        ValueType::Bool => "`true` and `false`",
        ValueType::Number => "numbers",
        ValueType::Date => "dates",
        ValueType::Address => "IP addresses",
    }
}

fn fitting(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Text => "a string operator, such as `StringEquals` or `StringLike`",
        ValueType::Arn => "`ArnEquals` or `ArnLike`, which compare the parts of an ARN one by one",
        ValueType::Bool => "`Bool`",
        ValueType::Number => "a number operator, such as `NumericLessThanEquals`",
        ValueType::Date => "a date operator, such as `DateLessThan`",
        ValueType::Address => "`IpAddress` or `NotIpAddress`",
    }
}
