//! What AWS documents about KMS: actions, condition keys, services. Data with provenance, and its lookups.
//!
//! The tables in `data.rs` are constants, so that starting costs nothing. `scripts/refresh-catalog.py` writes
//! them from public data and from the judgements in `catalog/judgements.toml`.

mod actions;
#[rustfmt::skip]
mod data;
mod expand;
mod keys;
mod nearest;
#[rustfmt::skip]
mod services;
#[cfg(test)]
mod tests;

pub use actions::{
    AccessLevel, Action, ActionSet, Class, Needs, PolicyEffect, account_actions, action, key_actions,
};
pub use data::{enums, limits};
pub use expand::{covers_future, expand, expand_text, service_wildcard};
pub use keys::{
    Callers, ConditionKey, Form, Format, Scope, ValueType, condition_key, condition_keys, is_federation_key,
};
pub(crate) use nearest::nearest;
pub use nearest::{
    nearest_action, nearest_condition_key, nearest_region, nearest_value, nearest_via_service,
};
pub use services::{
    Exception, Service, Source as SourceKeys, is_always_on, nearest_service, service, services,
    split_principal,
};

/// The date of the newest source; what AWS added later is not known here.
pub const CATALOG_DATE: &str = data::DATE;

/// Where the data comes from.
pub const SOURCES: &[Source] = data::SOURCES;

/// The partitions, by id.
pub const PARTITIONS: &[Partition] = data::PARTITIONS;

/// A source of the catalogue.
#[derive(Debug)]
pub struct Source {
    /// Its short name.
    pub id: &'static str,
    /// What it is, with its version.
    pub what: &'static str,
    /// When it was made, or when the judgement was last looked at.
    pub date: &'static str,
}

/// A partition of AWS.
#[derive(Debug)]
pub struct Partition {
    /// The second part of its ARNs, such as `aws-cn`.
    pub id: &'static str,
    /// The suffix of its endpoints, such as `amazonaws.com.cn`.
    pub dns_suffix: &'static str,
    /// How its Regions begin, up to a `-`.
    pub region_prefixes: &'static [&'static str],
    /// Its Regions, sorted.
    pub regions: &'static [&'static str],
}

/// The partition with this id.
pub fn partition(id: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().find(|partition| partition.id == id)
}

/// The partition of a Region, be it listed or only named like the listed ones.
pub fn partition_of_region(region: &str) -> Option<&'static Partition> {
    let listed = PARTITIONS.iter().find(|partition| partition.regions.contains(&region));
    let named = |partition: &&Partition| {
        let starts = |prefix: &str| region.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-'));
        partition.region_prefixes.iter().any(|prefix| starts(prefix))
    };
    // `us-gov-east-9` begins like a Region of `aws` too, hence the longest prefix first.
    listed.or_else(|| PARTITIONS.iter().skip(1).find(named)).or_else(|| PARTITIONS.first().filter(named))
}

/// Whether a value of `kms:ViaService` may begin with this service, such as `s3`.
pub fn is_via_service(service: &str) -> bool {
    [data::VIA_SERVICES, data::VIA_SERVICES_OBSERVED].iter().any(|list| list.binary_search(&service).is_ok())
}

/// The services that AWS lists for `kms:ViaService`, sorted.
pub fn via_services() -> &'static [&'static str] {
    data::VIA_SERVICES
}
