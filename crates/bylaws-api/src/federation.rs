//! The identity of a workload as a credential.

use crate::identity_token::IdentitySource;
use crate::{FederationRuleId, OrganizationId, ServiceAccountId, WorkspaceId};

/// A workload that acts as a service account, by exchanging its identity token.
#[derive(Debug, Clone)]
pub struct Federation {
    /// The federation rule that decides about the exchange.
    pub rule: FederationRuleId,
    /// The organization of the rule.
    pub organization: OrganizationId,
    /// The target of the rule.
    pub service_account: ServiceAccountId,
    /// The workspace, needed if the rule is enabled for more than one; `default` is the default workspace.
    pub workspace: Option<WorkspaceId>,
    /// Where identity tokens come from.
    pub identity: IdentitySource,
}
