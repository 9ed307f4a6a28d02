//! The catalogue against what AWS documents.
use super::*;

const CLASSES: [(ActionSet, u32); 5] = [
    (ActionSet::ADMINISTER, 19),
    (ActionSet::DESTROY, 3),
    (ActionSet::DELEGATE, 1),
    (ActionSet::USE, 15),
    (ActionSet::READ, 9),
];

#[test]
fn counts() {
    assert_eq!((key_actions().len(), account_actions().len()), (47, 11));
    for (set, count) in CLASSES {
        assert_eq!(set.len(), count, "{set:?}");
    }
    assert!(account_actions().iter().all(|action| action.class == Class::Account && action.set().is_empty()));
}

#[test]
fn classes_partition_the_actions() {
    let mut seen = ActionSet::EMPTY;
    for (set, _) in CLASSES {
        assert!(!seen.intersects(set));
        seen = seen.union(set);
    }
    assert_eq!(seen, ActionSet::KNOWN);
}

#[test]
fn tables_are_sorted() {
    assert!(key_actions().is_sorted_by_key(|action| action.name));
    assert!(account_actions().is_sorted_by_key(|action| action.name));
    assert!(condition_keys().is_sorted_by_key(|key| key.folded));
    assert!(via_services().is_sorted());
    for key in condition_keys() {
        assert_eq!(key.name.to_lowercase(), key.folded);
        assert!(key.always_present || key.present_when.is_some(), "{}", key.name);
        assert!(key.replaced_by.is_none_or(|name| condition_key(&name.to_lowercase()).is_some()));
    }
}

#[test]
fn capability_sets() {
    let of = ActionSet::of;
    assert_eq!(ActionSet::ADMIN_CORE.len(), 19);
    assert!(ActionSet::ADMIN_CORE.contains(of(&[
        "PutKeyPolicy",
        "DeleteImportedKeyMaterial",
        "GetParametersForImport"
    ])));
    assert!(
        !ActionSet::ADMIN_CORE
            .intersects(ActionSet::USE_CORE.union(ActionSet::DELEGATE).union(ActionSet::READ))
    );
    assert_eq!(ActionSet::TAKEOVER, of(&["PutKeyPolicy", "CreateGrant", "ReplicateKey"]));
    assert_eq!(ActionSet::AUTHENTICITY, of(&["Sign", "GenerateMac"]));
    assert_eq!(ActionSet::INEFFECTIVE, of(&["RetireGrant"]));
    assert_eq!(ActionSet::GRANTABLE.len(), 19);
    let disclosing =
        ["Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "DeriveSharedSecret", "Decapsulate"];
    assert_eq!(ActionSet::DISCLOSES, of(&disclosing).union(of(&["Encapsulate", "ReEncryptFrom"])));
    let abroad = ["CreateGrant", "DescribeKey", "GetKeyRotationStatus", "GetPublicKey", "ListGrants"];
    assert_eq!(
        ActionSet::CROSS_ACCOUNT,
        ActionSet::USE.union(of(&abroad)).union(of(&["RetireGrant", "RevokeGrant"]))
    );
    assert_eq!(of(&["decrypt", "Nothing", "CreateKey", ""]), ActionSet::EMPTY);
}

#[test]
fn every_action_finds_itself() {
    for action in key_actions() {
        assert_eq!(expand(action.name), action.set());
        assert_eq!(expand(&action.name.to_uppercase()), action.set());
        assert_eq!(ActionSet::of(&[action.short_name()]), action.set());
        assert_eq!(super::action(&action.name.to_lowercase()).unwrap().name, action.name);
        assert_eq!(action.set().names().collect::<Vec<_>>(), [action.name]);
        for key in action.condition_keys {
            let known = condition_keys().iter().find(|known| known.name == *key).expect(key);
            assert!(known.applies_to.contains(action.set()), "{} {key}", action.name);
        }
    }
}

#[test]
fn patterns() {
    let names = |pattern: &str| {
        expand(pattern).names().map(|n| n.trim_start_matches("kms:")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("kms:ReEncrypt"), "");
    assert_eq!(names("kms:reencrypt*"), "ReEncryptFrom ReEncryptTo");
    assert_eq!(
        names("kms:De*"),
        "Decapsulate Decrypt DeleteAlias DeleteImportedKeyMaterial DeriveSharedSecret DescribeKey"
    );
    assert_eq!(
        names("kms:*Key"),
        "DescribeKey DisableKey EnableKey GenerateDataKey GetPublicKey ReplicateKey SynchronizeMultiRegionKey"
    );
    assert_eq!(names("kms:Sig?"), "Sign");
    assert_eq!(names("s3:*"), "");
    assert_eq!(names("kms"), "");
    assert_eq!(names(""), "");
    for everything in ["*", "**", "kms:*", "KMS:*", "*:*"] {
        assert_eq!(expand(everything), ActionSet::ALL, "{everything}");
        assert!(covers_future(everything));
    }
    assert!(expand("kms:Describe*").contains(ActionSet::FUTURE));
    assert!(!expand("kms:DescribeKey").intersects(ActionSet::FUTURE));
    assert!(!covers_future("kms:D*"));
}

/// Which wildcards take in both using and administering the key.
#[test]
fn straddling_wildcards() {
    let straddles = |pattern: &str| {
        let set = expand(pattern);
        set.intersects(ActionSet::ADMIN_CORE) && set.intersects(ActionSet::USE_CORE)
    };
    for pattern in ["De*", "E*", "*Key", "R*", "S*", "G*", "*Key*"] {
        assert!(straddles(&format!("kms:{pattern}")), "{pattern}");
    }
    // The last line: what the console writes for administrators, and the usual user's list.
    let console = "Create* Describe* Enable* List* Put* Update* Revoke* Disable* Get* Delete* ReEncrypt* GenerateDataKey*";
    for pattern in "ReEncrypt* GenerateDataKey* Get* *Grant* Create*".split(' ').chain(console.split(' ')) {
        assert!(!straddles(&format!("kms:{pattern}")), "{pattern}");
    }
}

#[test]
fn condition_key_lookup() {
    for known in [
        "kms:calleraccount",
        "kms:encryptioncontext:app:name",
        "kms:recipientattestation:pcr0",
        "kms:recipientattestation:pcr31",
        "kms:recipientattestation:nitrotpmpcr23",
        "kms:recipientattestation:imagesha384",
        "aws:principaltag/team",
        "kms:policyname",
        "lambda:sourcefunctionarn",
    ] {
        assert!(condition_key(known).is_some(), "{known}");
    }
    for unknown in [
        "kms:CallerAccount",
        "kms:encryptioncontext",
        "kms:encryptioncontext:",
        "kms:recipientattestation:pcr32",
        "kms:recipientattestation:pcr01",
        "kms:recipientattestation:pcr",
        "kms:recipientattestation:nitrotpmpcr24",
        "aws:principaltag/",
        "aws:principaltag",
        "",
    ] {
        assert!(condition_key(unknown).is_none(), "{unknown}");
    }
    let key = |name: &str| condition_key(name).unwrap();
    assert_eq!(
        key("kms:grantisforawsresource").applies_to,
        ActionSet::FUTURE.union(ActionSet::of(&["CreateGrant", "ListGrants", "RevokeGrant"]))
    );
    assert!(
        key("kms:grantisforawsresource").closed
            && !key("kms:keyspec").closed
            && !key("aws:principalarn").closed
    );
    assert!(key("kms:grantoperations").multivalued && key("kms:encryptioncontextkeys").multivalued);
    assert!(!key("kms:encryptioncontext:a").multivalued);
    assert_eq!(key("kms:viaservice").applies_to.len(), 46, "all but the internal action");
    assert_eq!(key("aws:sourcearn").callers, Callers::Service);
    assert_eq!(key("kms:customermasterkeyspec").replaced_by, Some("kms:KeySpec"));
    assert_eq!(key("kms:keyspec").scope, Scope::Resource);
    assert!(is_federation_key("saml:aud") && is_federation_key("accounts.google.com:sub"));
    assert!(!is_federation_key("kms:x") && !is_federation_key("aws"));
}

#[test]
fn suggestions() {
    for (written, meant) in [
        ("kms:ReEncrypt", Some("kms:ReEncrypt*")),
        ("kms:Describe", Some("kms:Describe*")),
        ("kms:GenerateDatakeys", Some("kms:GenerateDataKey")),
        ("kms:Decypt", Some("kms:Decrypt")),
        ("kms:Decrytp", Some("kms:Decrypt")),
        ("Decrypt", Some("kms:Decrypt")),
        ("kmss:Encrypt", Some("kms:Encrypt")),
        ("s3:GetObject", None),
        ("kms:Frobnicate", None),
        ("kms:", None),
    ] {
        assert_eq!(nearest_action(written).as_deref(), meant, "{written}");
    }
    for (written, meant) in [
        ("kms:CallerAccountId", Some("kms:CallerAccount")),
        ("kms:EncryptionContext", Some("kms:EncryptionContext:")),
        ("kms:EncryptionContextKey", Some("kms:EncryptionContextKeys")),
        ("kms:SourceArn", Some("aws:SourceArn")),
        ("aws:PrincipalOrgId", Some("aws:PrincipalOrgID")),
        ("aws:CallerAccount", Some("kms:CallerAccount")),
        ("kms:Nothing", None),
    ] {
        assert_eq!(nearest_condition_key(written), meant, "{written}");
    }
}

#[test]
fn partitions() {
    assert_eq!(PARTITIONS.first().unwrap().id, "aws");
    assert_eq!(partition("aws-cn").unwrap().dns_suffix, "amazonaws.com.cn");
    for (region, id) in [
        ("eu-west-1", "aws"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-gov-east-9", "aws-us-gov"),
        ("us-north-7", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ] {
        assert_eq!(partition_of_region(region).unwrap().id, id, "{region}");
    }
    assert!(partition_of_region("moon-1").is_none());
    assert!(is_via_service("s3") && is_via_service("logs") && !is_via_service("s4"));
}
