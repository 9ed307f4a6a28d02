use std::net::IpAddr;

use crate::catalog::{self, ConditionKey, Format, ValueType};
use crate::engine::{Check, Context, Draft, Findings};
use crate::finding::Severity;
use crate::fix::Fix;
use crate::glob;
use crate::policy::{
    BaseOperator, BrokenVariable, Condition, ConditionValue, Effect, placeholder, variables,
};

pub(super) const CHECK: Check = Check::Policy(check);

/// What is wrong with a value, and how sure that is.
struct Mistake {
    what: String,
    help: Option<String>,
    /// The value that was probably meant.
    meant: Option<String>,
    severity: Severity,
}

/// Values that no request carries, by what the catalogue knows of their keys.
fn check(context: &Context<'_>, findings: &mut Findings) {
    for statement in &context.policy.statements {
        for atom in &statement.conditions {
            let Some(base) = atom.operator.base else { continue };
            if atom.values.is_empty() && !atom.values_open {
                let message = format!(
                    "the list of values is empty, {}",
                    statement.outcome(holds_of_nothing(atom, base))
                );
                let mut draft = context.finding(atom.span, message).help("list the values that are meant");
                // Generated policies have such Allows for duties that nobody has.
                if statement.effect == Effect::Allow && !holds_of_nothing(atom, base) {
                    draft = draft.severity(Severity::Warning);
                }
                if context.is_computed(atom.span) {
                    draft = draft.severity(Severity::Info);
                }
                draft.part(statement, atom.span).report(findings);
            }
            for value in &atom.values {
                if let Some(draft) = judge(context, atom, base, value, statement.effect) {
                    draft.part(statement, value.span).report(findings);
                }
            }
        }
    }
}

/// Whether a condition with no value at all holds.
fn holds_of_nothing(atom: &Condition, base: BaseOperator) -> bool {
    base.is_negated() || (atom.operator.if_exists && atom.when_absent() == Some(true))
}

fn judge(
    context: &Context<'_>,
    atom: &Condition,
    base: BaseOperator,
    value: &ConditionValue,
    effect: Effect,
) -> Option<Draft> {
    let written = value.text.as_known()?;
    let mistake = if written.contains("${") {
        // What a policy variable becomes is known only in the request.
        variable(atom, base, &written, effect)?
    } else if is_placeholder(&written) {
        return None;
    } else {
        by_operator(base, &written).or_else(|| by_key(atom.catalog_key()?, base, &written))?
    };
    let fix = mistake.meant.as_ref().and_then(|meant| {
        let edits = context.editor().set_text(value.span, meant)?;
        Some(Fix::suggested(format!("write `{meant}` for `{written}`"), edits))
    });
    let draft = context
        .finding(value.span, format!("`{written}` {}", mistake.what))
        .severity(mistake.severity)
        .fix(fix);
    Some(match mistake.help {
        Some(help) => draft.help(help),
        None => draft,
    })
}

/// Policy variables: how they are written, where they may stand, and whether they keep anyone out.
fn variable(atom: &Condition, base: BaseOperator, written: &str, effect: Effect) -> Option<Mistake> {
    let (names, broken) = variables(written);
    if let Some(broken) = broken {
        let what = match broken {
            BrokenVariable::Brace => "has a variable whose brace is not closed",
            BrokenVariable::Quote => "has a variable whose default is not in quotes",
            BrokenVariable::Blank => "has a variable with blanks around its name",
            BrokenVariable::Empty => "has a variable without a name",
        };
        let help =
            "AWS compares it as it is written; variables are `${aws:username}` or `${aws:username, 'none'}`";
        return Some(error(what).help(help).at(Severity::Warning));
    }
    let name = names.first()?;
    if !base.name().starts_with("String") && !base.name().starts_with("Arn") {
        let what = format!("is a variable, and `{}` does not take any", base.name());
        return Some(error(what).help("variables work under the operators of strings and ARNs"));
    }
    // In an Allow the condition then holds for everyone; in a Deny, a negated one for nobody.
    let guards = matches!(effect, Effect::Allow) != base.is_negated();
    let key = atom.key_folded.as_deref()?;
    (guards && says_who(key) && is_of_caller(key, name)).then(|| {
        error(format!("is what the caller brings along, so comparing `{}` with it keeps nobody out", atom.key))
            .help("write the ids that are meant; `${aws:ResourceAccount}` and `${aws:ResourceOrgID}` are those of the key")
    })
}

/// Whether a key says who calls, or from where.
fn says_who(key: &str) -> bool {
    const KEYS: [&str; 6] = [
        "kms:calleraccount",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:principalarn",
    ];
    KEYS.contains(&key)
        || ["aws:principalaccount", "aws:principalorg", "aws:sourceaccount", "aws:sourceorg"]
            .iter()
            .any(|it| key.starts_with(it))
}

/// Whether the caller has the variable as it must be: it is the key's own value, or tags and names of the caller's.
fn is_of_caller(key: &str, variable: &str) -> bool {
    const CHOSEN: [&str; 5] =
        ["aws:principaltag/", "aws:requesttag/", "aws:useragent", "aws:referer", "kms:encryptioncontext:"];
    let account = |name: &str| matches!(name, "kms:calleraccount" | "aws:principalaccount");
    key == variable || (account(key) && account(variable)) || CHOSEN.iter().any(|it| variable.starts_with(it))
}

/// A word or a number that a documentation or a template puts where a value belongs.
fn is_placeholder(written: &str) -> bool {
    placeholder(written).is_some()
        || written.contains(['<', '>', '{', '[', '\u{2039}'])
        || written.to_ascii_uppercase().contains("EXAMPLE")
}

/// What the operator itself asks of its values.
fn by_operator(base: BaseOperator, written: &str) -> Option<Mistake> {
    match base {
        BaseOperator::Bool | BaseOperator::Null => {
            let known = ["true", "false"].iter().any(|word| written.eq_ignore_ascii_case(word));
            (!known).then(|| error("is neither `true` nor `false`").help("write `true` or `false`"))
        }
        BaseOperator::IpAddress | BaseOperator::NotIpAddress => address(written),
        _ if base.name().starts_with("Numeric") => {
            let number = written.trim().parse::<f64>().is_ok_and(f64::is_finite);
            (!number).then(|| error("is no number"))
        }
        _ if base.name().starts_with("Date") => {
            let message = || error("is no date").help("write it as `2026-01-31T00:00:00Z`");
            (!is_date(written)).then(message)
        }
        _ => None,
    }
}

/// What the key can have.
fn by_key(key: &ConditionKey, base: BaseOperator, written: &str) -> Option<Mistake> {
    let name = key.name;
    if key.value_type == ValueType::Address
        && key.folded == "aws:sourceip"
        && matches!(base, BaseOperator::IpAddress | BaseOperator::NotIpAddress)
    {
        return private(written);
    }
    if let (Some((low, high)), BaseOperator::NumericEquals | BaseOperator::NumericNotEquals) =
        (key.range, base)
    {
        let number = written.trim().parse::<f64>().ok()?;
        // The limits are small, so that they are exact.
        #[expect(clippy::cast_precision_loss, reason = "at most 2560")]
        let outside = number < low as f64 || high.is_some_and(|high| number > high as f64);
        let to = high.map_or_else(|| "more".to_owned(), |high| high.to_string());
        return outside.then(|| error(format!("is no value of `{name}`, which goes from {low} to {to}")));
    }
    if !base.name().starts_with("String") && !base.name().starts_with("Arn") {
        return None;
    }
    let wild = glob::has_wildcard(written);
    // `wildcard-without-like` says that.
    if wild && !base.takes_wildcards() {
        return None;
    }
    if !key.values.is_empty() {
        return listed(key, base, written, wild);
    }
    match key.format? {
        Format::Account => account(written, wild),
        Format::Organization => organization(written, wild),
        Format::Vpc => endpoint(written, "vpc-", wild),
        Format::Vpce => endpoint(written, "vpce-", wild),
        Format::Region => region(written, wild),
        Format::Alias => alias(written),
        Format::Sha384 => digest(written, wild),
        Format::Arn => arn(written),
        // What else is wrong with it is `principal-arn-condition-mismatch`'s business.
        Format::Principal => short_account(written),
        _ => None,
    }
}

fn error(what: impl Into<String>) -> Mistake {
    Mistake { what: what.into(), help: None, meant: None, severity: Severity::Error }
}

impl Mistake {
    fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }

    fn meant(mut self, meant: impl Into<String>) -> Mistake {
        let meant = meant.into();
        self.help = Some(format!("did you mean `{meant}`?"));
        self.meant = Some(meant);
        self
    }

    fn at(mut self, severity: Severity) -> Mistake {
        self.severity = severity;
        self
    }
}

/// A value of an enumeration of KMS.
fn listed(key: &ConditionKey, base: BaseOperator, written: &str, wild: bool) -> Option<Mistake> {
    let fold = base.is_case_blind();
    if key.values.iter().any(|known| glob::matches(written, known, fold)) {
        return None;
    }
    let what = error(format!("is no value of `{}`", key.name));
    if wild {
        return Some(what.help(format!("its values are {}", sample(key))));
    }
    let plain = written.strip_prefix("kms:").unwrap_or(written);
    let begins: Vec<_> =
        key.values.iter().filter(|known| known.len() > plain.len() && known.starts_with(plain)).collect();
    Some(match (catalog::nearest_value(key, plain), begins.as_slice()) {
        (_, [one, other]) if plain == "ReEncrypt" => what.help(format!("write `{one}` and `{other}`")),
        (Some(near), _) => what.meant(near),
        // AWS adds to these lists, and a value may be newer than the catalogue.
        _ => what
            .help(format!("its values are {}, as of {}", sample(key), catalog::CATALOG_DATE))
            .at(Severity::Warning),
    })
}

fn sample(key: &ConditionKey) -> String {
    let shown: Vec<String> = key.values.iter().take(6).map(|value| format!("`{value}`")).collect();
    let more = key.values.len().saturating_sub(shown.len());
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn account(written: &str, wild: bool) -> Option<Mistake> {
    if written.starts_with("arn:") {
        return Some(error("is an ARN, not an account id").help("write the 12 digits alone"));
    }
    let numeric = !written.is_empty() && written.chars().all(|c| c.is_ascii_digit() || c == '-');
    let what = || error("is no account id").help("account ids have 12 digits, leading zeros included");
    (!wild && numeric && (written.len() != 12 || !all_digits(written))).then(what)
}

fn arn(written: &str) -> Option<Mistake> {
    if !written.is_empty() && all_digits(written) {
        return Some(error("is an account id, not an ARN").help("`aws:SourceAccount` compares account ids"));
    }
    if let Some(mistake) = short_account(written) {
        return Some(mistake);
    }
    let place = written.strip_prefix("arn:")?.split(':').nth(2)?;
    let wild = glob::has_wildcard(place);
    let mistake = region(place, wild).filter(|it| it.meant.is_some())?;
    let meant = mistake.meant?;
    Some(error(format!("has no Region: `{place}` is none")).meant(written.replacen(place, &meant, 1)))
}

/// An account id in an ARN that lost a leading zero, or another digit.
fn short_account(written: &str) -> Option<Mistake> {
    let account = written.strip_prefix("arn:")?.split(':').nth(3)?;
    let short = !account.is_empty() && all_digits(account) && account.len() != 12;
    short.then(|| {
        error("has an account id of other than 12 digits")
            .help("account ids have 12 digits, leading zeros included")
    })
}

fn organization(written: &str, wild: bool) -> Option<Mistake> {
    let what = || {
        error("is no id of an organization")
            .help("it begins with `o-`, followed by 10 to 32 letters and digits")
    };
    if wild {
        return None;
    }
    match written.strip_prefix("o-") {
        Some(rest) => {
            let fits =
                (10..=32).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
            (!fits).then(what)
        }
        None => {
            let other = ["r-", "ou-", "org-", "arn:"].iter().any(|prefix| written.starts_with(prefix));
            (other || (all_digits(written) && !written.is_empty())).then(what)
        }
    }
}

fn endpoint(written: &str, prefix: &str, wild: bool) -> Option<Mistake> {
    let what = if prefix == "vpc-" { "a VPC" } else { "a VPC endpoint" };
    let mistake = || {
        error(format!("is no id of {what}"))
            .help(format!("it begins with `{prefix}`, followed by 8 or 17 hexadecimal digits"))
    };
    match written.strip_prefix(prefix) {
        Some(rest) => {
            let hexadecimal = rest.bytes().all(|byte| byte.is_ascii_hexdigit());
            (!wild && hexadecimal && ![8, 17].contains(&rest.len())).then(mistake)
        }
        None => {
            let other = ["vpc-", "vpce-", "subnet-", "eni-", "arn:", "vpce-svc-"];
            other.iter().any(|prefix| written.starts_with(prefix)).then(mistake)
        }
    }
}

fn region(written: &str, wild: bool) -> Option<Mistake> {
    let folded = written.to_ascii_lowercase();
    let mut regions = catalog::PARTITIONS.iter().flat_map(|partition| partition.regions);
    if folded.contains("region") || regions.any(|region| glob::matches(written, region, false)) {
        return None;
    }
    let shape = folded.contains('-');
    if wild {
        return shape.then(|| error("matches no Region").at(Severity::Warning));
    }
    let near = catalog::nearest_region(&folded);
    match (near, shape) {
        (Some(near), _) => Some(error("is no Region").meant(near)),
        (None, true) => Some(error("is no Region that kmslint knows").at(Severity::Warning)),
        (None, false) => None,
    }
}

fn alias(written: &str) -> Option<Mistake> {
    let literal = written.split(['*', '?']).next().unwrap_or_default();
    let begins = literal.starts_with("alias/") || "alias/".starts_with(literal);
    if begins && (literal.len() < written.len() || literal.len() > "alias/".len()) {
        return None;
    }
    let name = written.rsplit_once(":alias/").map(|(_, name)| name);
    Some(match name {
        Some(name) => error("is an ARN, not the name of an alias").help(format!("write `alias/{name}`")),
        None => error("is no name of an alias").help("it begins with `alias/`"),
    })
}

fn digest(written: &str, wild: bool) -> Option<Mistake> {
    let hexadecimal = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_hexdigit());
    // AWS's own example is longer than a measurement is.
    let what =
        || error(format!("has {} digits, and a measurement has 96", written.len())).at(Severity::Warning);
    (!wild && hexadecimal && written.len() != 96).then(what)
}

fn address(written: &str) -> Option<Mistake> {
    let (address, length) =
        written.split_once('/').map_or((written, None), |(address, length)| (address, Some(length)));
    let mistake = || {
        error("is no address and no block of addresses").help("such as `203.0.113.0/24` or `2001:db8::/32`")
    };
    let Ok(parsed) = address.parse::<IpAddr>() else { return Some(mistake()) };
    let bits: u8 = if parsed.is_ipv4() { 32 } else { 128 };
    let length = length?;
    let Some(length) = length.parse::<u8>().ok().filter(|length| *length <= bits) else {
        return Some(mistake());
    };
    let host = match parsed {
        IpAddr::V4(address) => u128::from(u32::from(address)) & low_bits(bits - length),
        IpAddr::V6(address) => u128::from(address) & low_bits(bits - length),
    };
    (host != 0).then(|| {
        error(format!("has bits behind the first {length}, which do not count"))
            .help("write the first address of the block")
            .at(Severity::Info)
    })
}

fn low_bits(count: u8) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

/// A request reaches KMS from a private address through a VPC endpoint alone, and then carries another key.
fn private(written: &str) -> Option<Mistake> {
    let address = written.split('/').next()?.parse::<IpAddr>().ok()?;
    let private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || (address.segments().first()? & 0xfe00) == 0xfc00,
    };
    private.then(|| {
        error("is private, and `aws:SourceIp` is a public address")
            .help("requests through a VPC endpoint carry `aws:VpcSourceIp`, and `aws:SourceVpc` beside it")
            .at(Severity::Warning)
    })
}

/// A date or a moment of ISO 8601, or seconds since 1970.
fn is_date(written: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && all_digits(text);
    if !written.is_empty() && all_digits(written) {
        return true;
    }
    let (date, time) = written.split_once('T').map_or((written, None), |(date, time)| (date, Some(time)));
    let parts: Vec<&str> = date.split('-').collect();
    let day = match parts.as_slice() {
        [year] => digits(year, 4) || digits(year, 8),
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    };
    let moment = time.is_none_or(|time| {
        time.starts_with(|c: char| c.is_ascii_digit())
            && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z'))
    });
    day && moment
}
