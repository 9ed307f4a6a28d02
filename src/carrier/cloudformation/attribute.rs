//! References: `Ref` and `Fn::GetAtt` of pseudo parameters, parameters and resources.

use super::eval::{Evaluator, Scope};
use super::substitute::items;
use super::values;
use crate::source::Span;
use crate::value::{Kind, Piece, Symbol, SymbolKind, Text, Value};

/// Types whose `Arn` is made of their name alone, with the service and what stands before the name.
const ARNS: [(&str, &str, &str, &str); 13] = [
    ("AWS::IAM::Role", "RoleName", "iam", "role"),
    ("AWS::IAM::User", "UserName", "iam", "user"),
    ("AWS::IAM::Group", "GroupName", "iam", "group"),
    ("AWS::KMS::Key", "", "kms", "key/"),
    ("AWS::KMS::ReplicaKey", "", "kms", "key/"),
    ("AWS::Lambda::Function", "FunctionName", "lambda", "function:"),
    ("AWS::Serverless::Function", "FunctionName", "lambda", "function:"),
    ("AWS::SNS::Topic", "TopicName", "sns", ""),
    ("AWS::SQS::Queue", "QueueName", "sqs", ""),
    ("AWS::S3::Bucket", "BucketName", "s3", ""),
    ("AWS::CloudTrail::Trail", "TrailName", "cloudtrail", "trail/"),
    ("AWS::DynamoDB::Table", "TableName", "dynamodb", "table/"),
    ("AWS::Logs::LogGroup", "LogGroupName", "logs", "log-group:"),
];

impl Evaluator<'_> {
    /// `Ref`
    pub(super) fn reference(&self, name: &str, span: Span, scope: &Scope) -> Value {
        if let Some(value) = scope.get(name) {
            return value.clone();
        }
        let of = |kind| Value::new(Kind::Unknown(Symbol::of(kind, name)), span);
        match name {
            "AWS::AccountId" => return of(SymbolKind::OwnAccount),
            "AWS::Partition" => return of(SymbolKind::Partition),
            "AWS::Region" => return of(SymbolKind::Region),
            "AWS::URLSuffix" => return of(SymbolKind::DnsSuffix),
            "AWS::NoValue" => return values::no_value(span),
            "AWS::StackName" => {
                return Value::new(Kind::Unknown(values::name(name, "the name of the stack")), span);
            }
            "AWS::StackId" | "AWS::NotificationARNs" => {
                return values::unknown(name, "known only on deployment", span);
            }
            _ => {}
        }
        if let Some(parameter) = self.template.entry("Parameters", name) {
            return self.parameter(name, &parameter.value, span);
        }
        match self.resource(name) {
            Some((resource, scope)) => self.resource_reference(name, &resource, span, &scope),
            None => values::unknown(name, "nothing of this name is declared", span),
        }
    }

    fn parameter(&self, name: &str, parameter: &Value, span: Span) -> Value {
        let kind = parameter.get("Type").and_then(values::known).unwrap_or_default();
        let value = match self.template.given.get(name) {
            Some(value) => value,
            None => match parameter.get("Default") {
                _ if kind.starts_with("AWS::SSM::Parameter::Value") => {
                    return values::unknown(name, "it is looked up in the parameter store", span);
                }
                None => return values::unknown(name, "the parameter has no default", span),
                Some(default) => default,
            },
        };
        let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let value = match items(value).filter(|_| is_list) {
            Some(items) => Value { kind: Kind::List(items), ..value.clone() },
            None => self.looked_up(value, span).unwrap_or_else(|| value.clone()),
        };
        value.used_at(span, "used here")
    }

    /// What a default that is a dynamic reference, `{{resolve:…}}`, stands for.
    fn looked_up(&self, default: &Value, span: Span) -> Option<Value> {
        let text = self.template_text(default.as_text()?);
        if text.is_known() {
            return None;
        }
        Some(match text.pieces.as_slice() {
            [Piece::Unknown { symbol, .. }] => values::unknown(&symbol.reference, &symbol.reason, span),
            _ => Value::new(Kind::Text(text), span),
        })
    }

    /// `Ref` of a resource: its name, mostly; of some types its ARN.
    fn resource_reference(&self, name: &str, resource: &Value, span: Span, scope: &Scope) -> Value {
        let kind = type_of(resource);
        let arn_is_reference = matches!(
            kind.as_str(),
            "AWS::SNS::Topic" | "AWS::IAM::ManagedPolicy" | "AWS::SecretsManager::Secret"
        );
        if arn_is_reference {
            return self.attribute(name, "Arn", span);
        }
        let argument = match kind.as_str() {
            "AWS::KMS::Alias" => "AliasName",
            _ => ARNS.iter().find(|(of, ..)| *of == kind).map_or("", |(_, argument, ..)| *argument),
        };
        if let Some(value) = self.argument(resource, argument, scope) {
            return value.used_at(span, "used here");
        }
        let reason = "it is known only after deployment";
        if kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource" {
            return values::unknown(name, reason, span);
        }
        Value::new(Kind::Unknown(values::name(name, reason)), span)
    }

    /// `Fn::GetAtt`
    pub(super) fn attribute(&self, name: &str, attribute: &str, span: Span) -> Value {
        let reason = "it is known only after deployment";
        let reference = format!("{name}.{attribute}");
        let Some((resource, scope)) = self.resource(name) else {
            return self.undeclared(name, attribute, span);
        };
        let kind = type_of(&resource);
        let row = ARNS.iter().find(|(of, ..)| *of == kind);
        match (row, attribute) {
            (Some((_, argument, service, prefix)), "Arn" | "TopicArn") => {
                let named = self.argument(&resource, argument, &scope).and_then(|value| values::text(&value));
                let named = named.unwrap_or_else(|| Text::unknown(values::name(name, reason), span));
                let path = match *service {
                    "iam" => self.argument(&resource, "Path", &scope).and_then(|path| values::known(&path)),
                    _ => Some(String::new()),
                };
                let path = path.unwrap_or_else(|| "/".to_owned());
                arn(service, &format!("{prefix}{path}"), named, name, span)
            }
            (_, "KeyId" | "RoleId" | "UserId") => {
                Value::new(Kind::Unknown(values::name(&reference, reason)), span)
            }
            _ => values::unknown(&reference, reason, span),
        }
    }

    /// SAM makes a role for a function without one, and names it after the function.
    fn undeclared(&self, name: &str, attribute: &str, span: Span) -> Value {
        let function = name.strip_suffix("Role").and_then(|name| self.resource(name));
        let is_function = |resource: &Value| type_of(resource) == "AWS::Serverless::Function";
        if attribute == "Arn" && function.is_some_and(|(resource, _)| is_function(&resource)) {
            let named = Text::unknown(values::name(name, "SAM chooses it"), span);
            return arn("iam", "role/", named, name, span);
        }
        values::unknown(&format!("{name}.{attribute}"), "nothing of this name is declared", span)
    }

    /// A property of a resource, if it is set.
    pub(super) fn argument(&self, resource: &Value, name: &str, scope: &Scope) -> Option<Value> {
        let value = resource.get("Properties")?.get(name)?;
        let value = self.eval(value, scope);
        (!values::is_no_value(&value)).then_some(value)
    }
}

/// The type of a resource.
pub(super) fn type_of(resource: &Value) -> String {
    resource.get("Type").and_then(values::known).unwrap_or_default()
}

/// The ARN of the own account's root user, for the key that is called so.
pub(super) fn root_arn(key: &str, at: Span) -> Value {
    arn("iam", "root", Text::default(), key, at)
}

/// The ARN of something in the own account. A message calls it by its logical id.
fn arn(service: &str, prefix: &str, named: Text, name: &str, span: Span) -> Value {
    let symbol =
        |kind, part: &str| Piece::Unknown { symbol: Symbol::of(kind, &format!("{name}({part})")), span };
    let mut pieces = Vec::from([
        values::piece("arn:", span),
        symbol(SymbolKind::Partition, "partition"),
        values::piece(&format!(":{service}:"), span),
    ]);
    let (regional, owned) = (service != "iam" && service != "s3", service != "s3");
    pieces.extend(regional.then(|| symbol(SymbolKind::Region, "region")));
    pieces.push(values::piece(":", span));
    pieces.extend(owned.then(|| symbol(SymbolKind::OwnAccount, "account")));
    pieces.push(values::piece(&format!(":{prefix}"), span));
    // A name is one part of the ARN, whatever it is.
    pieces.extend(named.pieces.into_iter().map(|piece| match piece {
        Piece::Unknown { symbol, span } if symbol.kind == SymbolKind::Any => {
            Piece::Unknown { symbol: Symbol { kind: SymbolKind::Name, ..symbol }, span }
        }
        piece => piece,
    }));
    if service == "logs" {
        pieces.push(values::piece(":*", span));
    }
    Value::new(Kind::Text(Text { pieces }), span)
}
