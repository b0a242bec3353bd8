//! What the Activity Feed says about issuers and rules.

use crate::attribution::trail::Effect::{Added, Changed, Removed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Trail};

const ISSUER: &[&str] = &["federation_issuer_id"];
const RULE: &[&str] = &["federation_rule_id"];

/// What the feed calls fields that it names otherwise.
const FIELDS: &[(&str, &str)] = &[
    ("audience", "match_audience"),
    ("claims", "match_claims"),
    ("condition", "match_condition"),
    ("subject_prefix", "match_subject_prefix"),
    ("service_account_id", "target_id"),
];

pub(super) static ISSUERS: Trail = Trail {
    rows: &[
        Row::new("platform_federation_issuer_created", Added, ISSUER, Unknown),
        Row::new("platform_federation_issuer_updated", Changed, ISSUER, Updates(&[])),
        Row::new("platform_federation_issuer_archived", Removed, ISSUER, Unknown),
    ],
    silent: &[],
};

pub(super) static RULES: Trail = Trail {
    rows: &[
        Row::new("platform_federation_rule_created", Added, RULE, Unknown),
        Row::new("platform_federation_rule_updated", Changed, RULE, Updates(FIELDS)),
        Row::new("platform_federation_rule_archived", Removed, RULE, Unknown),
        Row::new("platform_federation_rule_workspace_added", Changed, RULE, Unknown),
        Row::new("platform_federation_rule_workspace_removed", Changed, RULE, Unknown),
    ],
    silent: &[],
};
