//! Conditions in words, the user's text in backticks.

use crate::policy::{BaseOperator, Condition, Quantifier, Statement};

/// What a statement asks of a request beside principal and action: `` `kms:ViaService` is like `s3.*` ``. Empty where it
/// asks nothing.
pub fn in_words(statement: &Statement) -> String {
    let mut told: Vec<String> = statement.conditions.iter().map(one).collect();
    if statement.conditions_open {
        told.push("conditions hold that are not known".to_owned());
    }
    told.join(" and ")
}

fn one(condition: &Condition) -> String {
    let operator = &condition.operator;
    let key = format!("`{}`", condition.key);
    let values: Vec<String> = condition.values.iter().map(|value| format!("`{}`", value.text)).collect();
    if operator.base == Some(BaseOperator::Null) {
        return match condition.when_absent() {
            Some(true) => format!("{key} is absent"),
            Some(false) => format!("{key} is present"),
            None => format!("{key} is present or absent as {} says", values.join(", ")),
        };
    }
    let Some(base) = operator.base else {
        return format!("{key} fulfils `{}`, which is no operator that is known", operator.written);
    };
    let which = match operator.quantifier {
        Some(Quantifier::ForAllValues) => format!("every value of {key}"),
        Some(Quantifier::ForAnyValue) => format!("some value of {key}"),
        None => key,
    };
    let or = if base.is_negated() { " nor " } else { " or " };
    let mut values = values.join(or);
    if condition.values_open {
        values += &format!("{or}what is not known");
    }
    let absent = if operator.if_exists { ", or it is absent" } else { "" };
    format!("{which} {} {values}{absent}", verb(base))
}

fn verb(base: BaseOperator) -> &'static str {
    match base {
        BaseOperator::StringEquals
        | BaseOperator::NumericEquals
        | BaseOperator::DateEquals
        | BaseOperator::Bool
        | BaseOperator::BinaryEquals => "is",
        BaseOperator::StringNotEquals | BaseOperator::NumericNotEquals | BaseOperator::DateNotEquals => {
            "is not"
        }
        BaseOperator::StringEqualsIgnoreCase => "is, in any case,",
        BaseOperator::StringNotEqualsIgnoreCase => "is not, in any case,",
        BaseOperator::StringLike | BaseOperator::ArnEquals | BaseOperator::ArnLike => "is like",
        BaseOperator::StringNotLike | BaseOperator::ArnNotEquals | BaseOperator::ArnNotLike => "is not like",
        BaseOperator::NumericLessThan => "is less than",
        BaseOperator::NumericLessThanEquals => "is at most",
        BaseOperator::NumericGreaterThan => "is more than",
        BaseOperator::NumericGreaterThanEquals => "is at least",
        BaseOperator::DateLessThan => "is before",
        BaseOperator::DateLessThanEquals => "is not after",
        BaseOperator::DateGreaterThan => "is after",
        BaseOperator::DateGreaterThanEquals => "is not before",
        BaseOperator::IpAddress => "is in",
        BaseOperator::NotIpAddress => "is not in",
        BaseOperator::Null => "is absent",
    }
}
