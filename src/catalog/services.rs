//! The service principals that key policies name: what their requests to KMS carry, and so what can hold them to
//! one account's resources.
//!
//! Kept by hand from the page of each row, under `https://docs.aws.amazon.com/`. A row says what AWS documents;
//! what it does not document is [`Source::Undocumented`], and rules keep quiet about it. Last read: 2026-11-24.

/// A service principal.
#[derive(Debug)]
pub struct Service {
    /// Its name without the DNS suffix; `<region>` stands for a Region, where the name has one.
    pub name: &'static str,
    /// Which `aws:Source…` keys its requests carry.
    pub source: Source,
    /// The services whose ARNs `aws:SourceArn` holds, such as `cloudtrail`; empty: not documented.
    pub arns: &'static [&'static str],
    /// The encryption-context keys that name the resource it acts for.
    pub context: &'static [&'static str],
    /// A use of the service whose requests carry less, so that the usual advice would break it.
    pub exception: Option<Exception>,
    /// The page that says so.
    pub page: &'static str,
}

/// Which `aws:Source…` keys a service sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `aws:SourceArn` and `aws:SourceAccount`.
    Both,
    /// `aws:SourceAccount`; of `aws:SourceArn` nothing is said.
    Account,
    /// `aws:SourceArn`; of `aws:SourceAccount` nothing is said.
    Arn,
    /// None is documented.
    Undocumented,
}

/// A use of a service whose requests do not carry the `aws:Source…` keys.
#[derive(Debug)]
pub struct Exception {
    /// The actions that this use needs, without prefix.
    pub actions: &'static [&'static str],
    /// For people.
    pub why: &'static str,
}

use Source::{Account, Arn, Both, Undocumented};

const fn row(
    name: &'static str,
    source: Source,
    arns: &'static [&'static str],
    context: &'static [&'static str],
    page: &'static str,
) -> Service {
    Service { name, source, arns, context, exception: None, page }
}

/// What it takes to write to, and read from, an encrypted topic, queue or bucket.
const DATA_KEYS: &[&str] = &[
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
];

/// The same for EventBridge, and what is often written beside it.
const EVENTS: &[&str] = &[
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
];

/// Sorted by name.
const SERVICES: &[Service] = &[
    row("aiops", Both, &["aiops"], &["aws:aiops:investigation-group-arn"], "AmazonCloudWatch/latest/monitoring/Investigations-Security.html"),
    row("aiops.alarms.cloudwatch", Both, &["cloudwatch"], &["aws:aiops:investigation-group-arn"], "AmazonCloudWatch/latest/monitoring/Investigations-Security.html"),
    row("application.qbusiness", Undocumented, &[], &[], "amazonq/latest/qbusiness-ug/data-encryption.html"),
    row("auditmanager", Both, &["auditmanager"], &[], "audit-manager/latest/userguide/security_iam_resource-based-policy-examples.html"),
    row("bedrock", Both, &["bedrock"], &["aws:bedrock:arn"], "bedrock/latest/userguide/model-invocation-logging.html"),
    row("budgets", Both, &["budgets"], &["aws:sns:topicArn"], "cost-management/latest/userguide/budgets-sns-policy.html"),
    row("cloudfront", Arn, &["cloudfront"], &["aws:s3:arn"], "AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"),
    Service {
        name: "cloudtrail",
        source: Both,
        arns: &["cloudtrail"],
        context: &["aws:cloudtrail:arn"],
        exception: Some(Exception {
            actions: &["Decrypt", "GenerateDataKey"],
            why: "an event data store of CloudTrail Lake sends neither `aws:SourceArn` nor `aws:SourceAccount`",
        }),
        page: "awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html",
    },
    row("cloudwatch", Both, &["cloudwatch"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("codecommit", Both, &["codecommit"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("codestar-notifications", Undocumented, &[], &["aws:sns:topicArn"], "dtconsole/latest/userguide/set-up-sns.html"),
    row("config", Both, &["config"], &[], "config/latest/developerguide/s3-kms-key-policy.html"),
    row("costalerts", Both, &[], &["aws:sns:topicArn"], "cost-management/latest/userguide/ad-SNS.html"),
    Service {
        name: "delivery.logs",
        source: Both,
        arns: &["logs"],
        context: &["SourceArn", "aws:s3:arn"],
        exception: Some(Exception {
            actions: DATA_KEYS,
            why: "AWS documents no condition for the legacy standard logs of CloudFront",
        }),
        page: "AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html",
    },
    row("dms", Both, &["dms"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("dnssec-route53", Both, &["route53"], &[], "Route53/latest/DeveloperGuide/access-control-managing-permissions.html"),
    row("ds", Both, &["ds"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("dsql", Arn, &["dsql"], &["aws:dsql:ClusterId"], "aurora-dsql/latest/userguide/data-encryption.html"),
    row("dynamodb", Undocumented, &[], &["aws:dynamodb:tableName"], "amazondynamodb/latest/developerguide/encryption.usagenotes.html"),
    row("encryption.athena", Both, &["athena"], &["aws:athena:arn"], "athena/latest/ug/encryption.html"),
    Service {
        name: "events",
        source: Both,
        arns: &["events"],
        context: &["aws:events:event-bus:arn", "aws:sns:topicArn", "aws:sqs:arn"],
        exception: Some(Exception {
            actions: EVENTS,
            why: "EventBridge sends no `aws:Source…` key when it publishes to an encrypted SNS topic",
        }),
        page: "sns/latest/dg/sns-key-management.html",
    },
    row("events.rds", Both, &["rds"], &["aws:sns:topicArn"], "AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html"),
    row("glacier", Undocumented, &["glacier"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("glue", Undocumented, &["glue"], &[], "glue/latest/dg/zero-etl-prerequisites.html"),
    row("guardduty", Both, &["guardduty"], &[], "guardduty/latest/ug/guardduty_exportfindings.html"),
    row("importexport", Undocumented, &["snowball", "importexport"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("indexing.s3vectors", Both, &["s3vectors"], &["aws:s3vectors:arn"], "AmazonS3/latest/userguide/s3-vectors-data-encryption.html"),
    row("inspector", Undocumented, &["inspector"], &["aws:sns:topicArn"], "sns/latest/dg/sns-key-management.html"),
    row("inspector2", Both, &["inspector2"], &[], "inspector/latest/user/findings-managing-exporting-reports.html"),
    Service {
        name: "logs.<region>",
        source: Both,
        arns: &["logs"],
        context: &["aws:logs:arn"],
        exception: Some(Exception {
            actions: &["Decrypt", "GenerateDataKey"],
            why: "AWS documents no condition for an export of log data to a bucket",
        }),
        page: "AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    },
    row("macie", Both, &["macie2"], &[], "macie/latest/user/discovery-results-repository-s3.html"),
    row("maintenance.s3tables", Undocumented, &["s3tables"], &["aws:s3:arn"], "AmazonS3/latest/userguide/s3-tables-kms-permissions.html"),
    row("metadata.s3", Undocumented, &["s3"], &["aws:s3:arn"], "AmazonS3/latest/userguide/metadata-tables-permissions.html"),
    row("q", Both, &["codewhisperer", "q"], &[], "amazonq/latest/qdeveloper-ug/data-encryption.html"),
    row("rds", Undocumented, &["rds"], &["aws:rds:db-id", "aws:rds:dbc-id"], "AmazonRDS/latest/UserGuide/Appendix.SQLServer.Options.SSRS.html"),
    row("redshift", Both, &["redshift"], &["aws:redshift:arn", "aws:redshift:integration:arn"], "redshift/latest/mgmt/zero-etl-using.html"),
    row("replication.dynamodb", Both, &["dynamodb"], &["aws:dynamodb:tableName"], "amazondynamodb/latest/developerguide/globaltables-security.html"),
    row("rum", Both, &["rum"], &[], "AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-JavaScriptErrorStackTrace.html"),
    row("s3", Both, &["s3"], &["aws:s3:arn", "aws:sns:topicArn", "aws:sqs:arn"], "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"),
    row("scn.<region>", Undocumented, &["scn"], &[], "aws-supply-chain/latest/userguide/data-encryption.html"),
    row("ses", Both, &["ses"], &["aws:ses:source-account", "aws:ses:rule-name", "aws:ses:message-id", "aws:sns:topicArn"], "ses/latest/dg/receiving-email-permissions.html"),
    row("sns", Both, &["sns"], &["aws:sqs:arn"], "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"),
    row("ssm-contacts", Undocumented, &["ssm-contacts"], &["aws:sns:topicArn"], "incident-manager/latest/userguide/chat.html"),
    row("ssm-incidents", Undocumented, &["ssm-incidents"], &["aws:sns:topicArn"], "incident-manager/latest/userguide/chat.html"),
    row("storage-lens.s3", Both, &["s3"], &["aws:s3:arn"], "AmazonS3/latest/userguide/storage_lens_encrypt_permissions.html"),
    row("systemtables.cloudwatch", Account, &[], &["aws:s3:arn"], "AmazonCloudWatch/latest/logs/s3-tables-integration.html"),
    row("systemtables.s3", Account, &[], &["aws:s3:arn"], "AmazonS3/latest/userguide/s3-tables-kms-permissions.html"),
    row("tax", Both, &["tax"], &["aws:s3:arn"], "awsaccountbilling/latest/aboutv2/manage-account-payment.html"),
];

/// What people write for a service principal, and its name; both without the DNS suffix.
const MISTAKEN: &[(&str, &str)] = &[
    ("cloudwatch-logs", "logs.<region>"),
    ("cloudwatchlogs", "logs.<region>"),
    ("cloudwatch.events", "events"),
    ("cloudwatchevents", "events"),
    ("eventbridge", "events"),
    ("log-delivery", "delivery.logs"),
    ("logs.delivery", "delivery.logs"),
    ("macie2", "macie"),
    ("rds.events", "events.rds"),
    ("route53-dnssec", "dnssec-route53"),
    ("simplenotificationservice", "sns"),
];

/// The Regions that are on for every account; in the others a service may use a name of its own, with the Region
/// in it.
const ALWAYS_ON: &[&str] = &[
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
];

/// All services, sorted by name.
pub fn services() -> &'static [Service] {
    SERVICES
}

/// The service that a service principal names, with or without a Region.
pub fn service(principal: &str) -> Option<&'static Service> {
    let (name, region) = split_principal(principal)?;
    let find = |wanted: &str| {
        let at = SERVICES.binary_search_by(|service| service.name.cmp(wanted)).ok()?;
        SERVICES.get(at)
    };
    find(name).or_else(|| find(&format!("{name}.<region>"))).filter(|_| region.is_none_or(|it| !it.is_empty()))
}

/// The name of a service principal without DNS suffix and Region, and the Region if it has one: `logs` and
/// `eu-west-1` of `logs.eu-west-1.amazonaws.com`. None where the suffix is no partition's.
pub fn split_principal(principal: &str) -> Option<(&str, Option<&str>)> {
    let mut suffixes = super::PARTITIONS.iter().map(|partition| partition.dns_suffix);
    let name = suffixes.find_map(|suffix| principal.strip_suffix(suffix)?.strip_suffix('.'))?;
    let region = name.rsplit_once('.').filter(|(_, last)| super::partition_of_region(last).is_some());
    Some(region.map_or((name, None), |(name, region)| (name, Some(region))))
}

/// The name that is meant by one that is no service's, both without the DNS suffix, and whether it is sure: by
/// what people mistake it for, else by its letters.
pub fn nearest_service(name: &str) -> Option<(&'static str, bool)> {
    if let Some((_, meant)) = MISTAKEN.iter().find(|(written, _)| *written == name) {
        return Some((meant, true));
    }
    let plain = SERVICES.iter().map(|service| service.name.trim_end_matches(".<region>"));
    super::nearest(name, plain).map(|near| (near, false))
}

/// Whether every account has this Region.
pub fn is_always_on(region: &str) -> bool {
    ALWAYS_ON.contains(&region)
}

impl Service {
    /// Whether its name holds a Region.
    pub fn is_regional(&self) -> bool {
        self.name.ends_with(".<region>")
    }

    /// The condition that holds it to the resources of one account, for people; none is documented where none.
    pub fn guard(&self) -> Option<String> {
        let source = match self.source {
            Source::Both => Some("`aws:SourceAccount` or `aws:SourceArn`"),
            Source::Account => Some("`aws:SourceAccount`"),
            Source::Arn => Some("`aws:SourceArn`"),
            Source::Undocumented => None,
        };
        // The context that a log group or a trail sends says more than the account.
        let context = self.context.first().map(|key| format!("`kms:EncryptionContext:{key}`"));
        match (source, context) {
            (Some(source), Some(context)) => Some(format!("{source}, or on {context}")),
            (Some(source), None) => Some(source.to_owned()),
            (None, context) => context,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_have_a_page() {
        assert!(SERVICES.is_sorted_by_key(|service| service.name));
        assert!(SERVICES.iter().all(|service| service.page.ends_with(".html") && !service.page.starts_with('/')));
        let known = |name: &str| crate::catalog::action(name).is_some();
        let exceptions = SERVICES.iter().filter_map(|service| service.exception.as_ref());
        assert!(exceptions.flat_map(|exception| exception.actions).all(|name| known(name)));
    }

    #[test]
    fn finds_services() {
        let name = |principal| service(principal).map(|service| service.name);
        assert_eq!(name("cloudtrail.amazonaws.com"), Some("cloudtrail"));
        assert_eq!(name("logs.eu-west-1.amazonaws.com"), Some("logs.<region>"));
        assert_eq!(name("logs.amazonaws.com"), Some("logs.<region>"));
        assert_eq!(name("delivery.logs.amazonaws.com"), Some("delivery.logs"));
        assert_eq!(name("logs.cn-north-1.amazonaws.com.cn"), Some("logs.<region>"));
        assert_eq!(name("guardduty.me-south-1.amazonaws.com"), Some("guardduty"));
        assert_eq!(name("nothing.amazonaws.com"), None);
        assert_eq!(name("cloudtrail.example.com"), None);
    }

    #[test]
    fn every_mistaken_name_leads_to_a_service() {
        for (written, meant) in MISTAKEN {
            assert!(SERVICES.iter().any(|service| service.name == *meant), "{meant}");
            assert!(SERVICES.iter().all(|service| service.name != *written), "{written}");
        }
        assert_eq!(nearest_service("cloudtrial"), Some(("cloudtrail", false)));
    }
}
