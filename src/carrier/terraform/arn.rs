//! ARNs that follow from the name a resource is given.
//!
//! The forms are those of the Service Authorization Reference, as the provider's attribute `arn` has them.

use super::convert;
use super::eval::Evaluator;
use super::provider::OTHER_ACCOUNT;
use super::resource::{BlockKind, Handle};
use crate::source::Span;
use crate::value::{Kind, Piece, SpanMap, Symbol, SymbolKind, Text, Value};

/// How the ARN of a type of resource is made.
struct Form {
    resource: &'static str,
    service: &'static str,
    reach: Reach,
    /// What stands before the name.
    before: &'static str,
    /// The argument that names it; an IAM path goes before the name.
    name: &'static str,
}

/// Which parts between the service and the resource are filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Neither Region nor account.
    Global,
    /// The account, and the resource has a path.
    Iam,
    /// Region and account.
    Regional,
}

const fn iam(resource: &'static str, before: &'static str) -> Form {
    Form { resource, service: "iam", reach: Reach::Iam, before, name: "name" }
}

const fn regional(
    resource: &'static str,
    service: &'static str,
    before: &'static str,
    name: &'static str,
) -> Form {
    Form { resource, service, reach: Reach::Regional, before, name }
}

const FORMS: &[Form] = &[
    iam("aws_iam_role", "role"),
    iam("aws_iam_user", "user"),
    iam("aws_iam_group", "group"),
    iam("aws_iam_policy", "policy"),
    iam("aws_iam_instance_profile", "instance-profile"),
    Form { resource: "aws_s3_bucket", service: "s3", reach: Reach::Global, before: "", name: "bucket" },
    regional("aws_backup_vault", "backup", "backup-vault:", "name"),
    regional("aws_cloudtrail", "cloudtrail", "trail/", "name"),
    regional("aws_cloudwatch_event_bus", "events", "event-bus/", "name"),
    regional("aws_cloudwatch_log_group", "logs", "log-group:", "name"),
    regional("aws_cloudwatch_metric_alarm", "cloudwatch", "alarm:", "alarm_name"),
    regional("aws_codebuild_project", "codebuild", "project/", "name"),
    regional("aws_codepipeline", "codepipeline", "", "name"),
    regional("aws_db_instance", "rds", "db:", "identifier"),
    regional("aws_dynamodb_table", "dynamodb", "table/", "name"),
    regional("aws_ecr_repository", "ecr", "repository/", "name"),
    regional("aws_ecs_cluster", "ecs", "cluster/", "name"),
    regional("aws_eks_cluster", "eks", "cluster/", "name"),
    regional("aws_kinesis_firehose_delivery_stream", "firehose", "deliverystream/", "name"),
    regional("aws_kinesis_stream", "kinesis", "stream/", "name"),
    regional("aws_kms_alias", "kms", "", "name"),
    regional("aws_kms_external_key", "kms", "key/", "key_id"),
    regional("aws_kms_key", "kms", "key/", "key_id"),
    regional("aws_kms_replica_key", "kms", "key/", "key_id"),
    regional("aws_lambda_function", "lambda", "function:", "function_name"),
    regional("aws_rds_cluster", "rds", "cluster:", "cluster_identifier"),
    regional("aws_sfn_state_machine", "states", "stateMachine:", "name"),
    regional("aws_sns_topic", "sns", "", "name"),
    regional("aws_sqs_queue", "sqs", "", "name"),
];

impl Evaluator<'_> {
    /// The attribute `arn` of a resource or data source; none where it does not follow from a name.
    pub(super) fn arn(&self, handle: &Handle, symbol: &Symbol, span: Span) -> Option<Value> {
        let form = FORMS.iter().find(|form| form.resource == handle.kind)?;
        let is_data = handle.block == BlockKind::Data;
        let always = form.reach == Reach::Iam || form.name == "key_id";
        let name = self.written(handle, form.name).and_then(|name| convert::text(&name)).filter(named);
        // A data source of IAM knows the name, but not the path that is part of the ARN. A key's id is AWS's.
        let name = name.filter(|_| !(is_data && always)).filter(|_| form.name != "key_id");
        let name = match name {
            Some(name) => name,
            // What names a bucket or a queue is not known: then its ARN is one unknown, which says why.
            None if !always => return None,
            None => {
                let reference = format!("{}.{}", symbol.reference, form.name);
                let symbol = Symbol { kind: SymbolKind::Name, ..Symbol::any(&reference, &symbol.reason) };
                Text::unknown(symbol, span)
            }
        };
        let path = match form.reach {
            Reach::Iam => self
                .written(handle, "path")
                .and_then(|path| convert::known(&path))
                .unwrap_or_else(|| "/".to_owned()),
            _ => String::new(),
        };
        let named = handle.entry().is_some_and(|entry| entry.attribute("region").is_some());
        let place = Place {
            own_region: !named && self.in_own_region(handle),
            own_account: self.in_own_account(handle),
        };
        Some(written(form, &path, name, place, symbol, span))
    }
}

/// Whether an unknown piece of a name is at least a name.
fn named(name: &Text) -> bool {
    name.symbols().all(|symbol| symbol.kind != SymbolKind::Any)
        || name.pieces.iter().any(|piece| matches!(piece, Piece::Known { .. }))
}

/// Whether a resource is where the key is.
struct Place {
    own_region: bool,
    own_account: bool,
}

/// `arn:‹partition›:service:‹region›:‹own account›:resource`
fn written(form: &Form, path: &str, name: Text, place: Place, symbol: &Symbol, span: Span) -> Value {
    let known = |text: &str| Piece::Known { text: text.to_owned(), map: SpanMap::opaque(span) };
    let unknown = |kind, what: &str| Piece::Unknown {
        symbol: Symbol::of(kind, &format!("{}({what})", symbol.reference)),
        span,
    };
    let mut pieces = vec![
        known("arn:"),
        unknown(SymbolKind::Partition, "partition"),
        known(&format!(":{}:", form.service)),
    ];
    if form.reach == Reach::Regional {
        pieces.push(unknown(if place.own_region { SymbolKind::Region } else { SymbolKind::Name }, "region"));
    }
    pieces.push(known(":"));
    if form.reach != Reach::Global {
        pieces.push(if place.own_account {
            unknown(SymbolKind::OwnAccount, "account")
        } else {
            let symbol = Symbol::any(&format!("{}(account)", symbol.reference), OTHER_ACCOUNT);
            Piece::Unknown { symbol, span }
        });
    }
    pieces.push(known(&format!(":{}{path}", form.before)));
    // A name is one part of the ARN, whatever it is.
    pieces.extend(name.pieces.into_iter().map(|piece| match piece {
        Piece::Unknown { symbol, span } if symbol.kind == SymbolKind::Any => {
            Piece::Unknown { symbol: Symbol { kind: SymbolKind::Name, ..symbol }, span }
        }
        piece => piece,
    }));
    Value::new(Kind::Text(Text { pieces }), span)
}
