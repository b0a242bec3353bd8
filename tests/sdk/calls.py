"""What is called, with which arguments, in this order: every call succeeds after the ones before it.

The document says which operations there have to be, and by which method of the SDK each is called.
"""

from dataclasses import dataclass, field


@dataclass
class Call:
    operation: str
    arguments: dict[str, object] = field(default_factory=dict)
    # Fields of the response, or of the only item with these fields in a list.
    gives: dict[str, object] = field(default_factory=dict)
    # For a list: the values that auto-paging yields, of the field `key`, and over how many pages.
    items: list[str] | None = None
    pages: int = 2
    key: str = "id"


@dataclass
class Refusal:
    """A request that the service refuses, and the exception of the SDK with its `type` and `error_code`."""

    operation: str
    arguments: dict[str, object]
    exception: str
    type: str
    code: str | None = None
    # The credential, if it is not the one that the operation needs.
    credential: str | None = None


SONNET = {"type": "requests_per_minute", "value": 5}
AWS = {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/new", "region": "us-east-1"}
INLINE = {"type": "inline", "keys": [{"kty": "RSA", "kid": "2"}]}
TO_DEPLOY = {"type": "service_account", "service_account_id": "svac_deploy"}
LAB_BOT = {"workspace_id": "wrkspc_lab", "service_account_id": "svac_bot"}
EU_SPARE = {"workspace_id": "wrkspc_eu", "service_account_id": "svac_spare"}
EU_DEPLOY = {"workspace_id": "wrkspc_eu", "service_account_id": "svac_deploy"}
SPARE_UMA = {"workspace_id": "wrkspc_spare", "user_id": "user_uma"}

CALLS = [
    Call("getOrganization", gives={"name": "Acme", "type": "organization"}),
    # Members
    Call("listUsers", {"limit": 2}, items=["user_eve", "user_uma", "user_dev", "user_bill", "user_ada"], pages=3),
    Call("listUsers", {"limit": 1, "roles": ["admin", "billing"]}, items=["user_bill", "user_ada"]),
    Call("listUsers", {"limit": 2, "before_id": "user_ada"},
         items=["user_dev", "user_bill", "user_eve", "user_uma"]),
    Call("listUsers", {"email": "dev+work@acme.com"}, items=["user_dev"], pages=1),
    Call("getUser", {"user_id": "user_dev"}, {"email": "dev@acme.com", "role": "developer"}),
    Call("updateUser", {"user_id": "user_uma", "role": "developer"}, {"id": "user_uma", "role": "developer"}),
    Call("removeUser", {"user_id": "user_eve"}, {"id": "user_eve", "type": "user_deleted"}),
    # Invites
    Call("createInvite", {"email": "new@acme.com", "role": "developer"}, {"status": "pending", "accepted_at": None}),
    Call("listInvites", {"limit": 1, "statuses": ["expired", "accepted"]}, items=["invite_ada", "invite_late"]),
    Call("getInvite", {"invite_id": "invite_ada"}, {"status": "accepted"}),
    Call("deleteInvite", {"invite_id": "invite_sam"}, {"id": "invite_sam", "type": "invite_deleted"}),
    # External keys, before the workspaces that use them
    Call("listExternalKeys", {"limit": 3}, items=["ekey_aws", "ekey_used", "ekey_azure", "ekey_down", "ekey_profile"]),
    Call("getExternalKey", {"external_key_id": "ekey_used"}, {"attachment": {"type": "attached"}}),
    Call("getExternalKey", {"external_key_id": "ekey_aws"}, {"attachment": {"type": "unattached"}}),
    Call("createExternalKey", {"provider_config": AWS, "display_name": "new", "geo": "us"}, {"display_name": "new"}),
    Call("createExternalKey", {"provider_config": {"type": "azure", "tenant_id": "t", "key_name": "k",
                                                   "vault_uri": "https://vault.example", "client_id": "c"}},
         {"display_name": None}),
    Call("updateExternalKey", {"external_key_id": "ekey_used", "display_name": "used"}, {"display_name": "used"}),
    Call("updateExternalKey", {"external_key_id": "ekey_azure", "provider_config": AWS},
         {"id": "ekey_azure"}),
    Call("validateExternalKey", {"external_key_id": "ekey_aws"}, {"status": "success", "error": None}),
    Call("validateExternalKey", {"external_key_id": "ekey_down"}, {"status": "failure"}),
    Call("deleteExternalKey", {"external_key_id": "ekey_azure"}, {"id": "ekey_azure", "type": "external_key_deleted"}),
    # Workspaces and their members
    Call("createWorkspace", {"name": "new", "display_color": "#6C5BB9", "tags": {"team": "platform"},
                             "external_key_id": "ekey_aws", "data_residency": {"workspace_geo": "us"}},
         {"name": "new", "tags": {"team": "platform"}, "external_key_id": "ekey_aws"}),
    Call("createWorkspace", {"name": "short-lived"}, {"archived_at": None, "tags": {}}),
    Call("listWorkspaces", {"limit": 3, "include_archived": True, "include_default": True}, key="name", pages=3,
         items=["short-lived", "new", "lab", "eu", "spare", "old", "Default"]),
    Call("listWorkspaces", {"limit": 1, "ids": ["wrkspc_eu", "wrkspc_lab"]}, items=["wrkspc_lab", "wrkspc_eu"]),
    Call("getWorkspace", {"workspace_id": "wrkspc_eu"}, {"name": "eu"}),
    Call("getWorkspace", {"workspace_id": "wrkspc_old"}, {"name": "old"}),
    Call("updateWorkspace", {"workspace_id": "wrkspc_lab", "name": "Lab", "tags": {"env": None, "team": "one"}},
         {"name": "Lab", "tags": {"team": "one"}}),
    Call("addWorkspaceMember", {**SPARE_UMA, "workspace_role": "workspace_user"}, {"workspace_role": "workspace_user"}),
    Call("listWorkspaceMembers", {"workspace_id": "wrkspc_lab", "limit": 2}, key="user_id",
         items=["user_dev", "user_bill", "user_ada"]),
    Call("getWorkspaceMember", {"workspace_id": "wrkspc_lab", "user_id": "user_bill"},
         {"workspace_role": "workspace_billing"}),
    Call("updateWorkspaceMember", {**SPARE_UMA, "workspace_role": "workspace_admin"},
         {"workspace_role": "workspace_admin"}),
    Call("removeWorkspaceMember", SPARE_UMA, {**SPARE_UMA, "type": "workspace_member_deleted"}),
    # API keys
    Call("listApiKeys", {"limit": 2}, pages=3,
         items=["apikey_ci", "apikey_off", "apikey_late", "apikey_own", "apikey_bot"]),
    Call("listApiKeys", {"status": "active", "workspace_id": "wrkspc_lab", "created_by_user_id": "user_dev"},
         items=["apikey_ci"], pages=1),
    Call("getApiKey", {"api_key_id": "apikey_bot"}, {"scope": {"type": "organization"}}),
    Call("updateApiKey", {"api_key_id": "apikey_ci", "name": "ci-old", "status": "inactive"},
         {"name": "ci-old", "status": "inactive"}),
    # Rate limits
    Call("listRateLimits", {"limit": 4},
         items=["rl_sonnet", "rl_batch", "rl_count", "rl_files", "rl_skills", "rl_search"]),
    Call("listRateLimits", {"model": "claude-sonnet-4-5", "group_type": "model_group"}, items=["rl_sonnet"], pages=1),
    Call("listWorkspaceRateLimits", {"workspace_id": "wrkspc_lab", "limit": 1}, key="rate_limit_id",
         items=["rl_sonnet", "rl_search"]),
    Call("listWorkspaceRateLimits", {"workspace_id": "wrkspc_lab", "include_inherited": True, "limit": 4},
         key="rate_limit_id", items=["rl_sonnet", "rl_batch", "rl_count", "rl_files", "rl_skills", "rl_search"]),
    Call("updateWorkspaceRateLimit", {"workspace_id": "wrkspc_lab", "rate_limit_id": "rl_sonnet",
                                      "limits": [SONNET, {"type": "tokens_per_day", "value": None}]},
         {"rate_limit_id": "rl_sonnet", "workspace_id": "wrkspc_lab"}),
    # Spend limits
    Call("listSpendLimits", {"limit": 1}, items=["spl_lab", "spl_all", "spl_tier"], pages=3),
    Call("listSpendLimits", {"limit": 1, "scope_type": ["organization", "usage_tier"]}, items=["spl_all", "spl_tier"]),
    Call("listSpendLimits", {"workspace_id": "wrkspc_lab"}, items=["spl_lab"], pages=1),
    Call("getSpendLimit", {"spend_limit_id": "spl_tier"}, {"scope": {"type": "usage_tier"}, "amount": "2000000"}),
    Call("setSpendLimit", {"scope": {"type": "organization"}, "amount": "800000", "period": "monthly"},
         {"id": "spl_all", "amount": "800000"}),
    Call("setSpendLimit", {"scope": {"type": "workspace", "workspace_id": "wrkspc_eu"}, "amount": "0"},
         {"scope": {"type": "workspace", "workspace_id": "wrkspc_eu"}, "amount": "0", "period": "monthly"}),
    Call("deleteSpendLimit", {"spend_limit_id": "spl_lab"}, {"id": "spl_lab", "type": "spend_limit_deleted"}),
    # Service accounts
    Call("listServiceAccounts", {"limit": 2}, items=["svac_bot", "svac_deploy", "svac_spare"]),
    Call("listServiceAccounts", {"limit": 3, "include_archived": True},
         items=["svac_bot", "svac_deploy", "svac_spare", "svac_gone"]),
    Call("createServiceAccount", {"name": "new", "description": "for tests", "organization_role": "admin"},
         {"name": "new", "organization_role": "admin", "archived_at": None}),
    Call("createServiceAccount", {"name": "plain"}, {"organization_role": "developer"}),
    Call("getServiceAccount", {"service_account_id": "svac_gone"}, {"name": "gone"}),
    Call("updateServiceAccount", {"service_account_id": "svac_bot", "description": None}, {"description": ""}),
    # Their workspace memberships, below the account
    Call("listServiceAccountWorkspaces", {"service_account_id": "svac_bot", "limit": 1}, key="workspace_id",
         items=["wrkspc_default", "wrkspc_lab", "wrkspc_spare"]),
    Call("addServiceAccountWorkspace", {**EU_SPARE, "workspace_role": "workspace_user"},
         {**EU_SPARE, "workspace_role": "workspace_user"}),
    Call("removeServiceAccountWorkspace", EU_SPARE, {**EU_SPARE, "type": "service_account_workspace_member_deleted"}),
    # The same, below the workspace
    Call("listWorkspaceServiceAccounts", {"workspace_id": "wrkspc_lab", "limit": 1}, key="service_account_id",
         items=["svac_bot", "svac_deploy"]),
    Call("addWorkspaceServiceAccount", {**EU_DEPLOY, "workspace_role": "workspace_restricted_developer"},
         {**EU_DEPLOY, "workspace_role": "workspace_restricted_developer"}),
    Call("getWorkspaceServiceAccount", LAB_BOT, {**LAB_BOT, "workspace_role": "workspace_developer"}),
    Call("getWorkspaceServiceAccount", {"workspace_id": "wrkspc_default", "service_account_id": "svac_bot"},
         {"implicit": True, "workspace_role": "workspace_user"}),
    Call("updateWorkspaceServiceAccount", {**EU_DEPLOY, "workspace_role": "workspace_admin"},
         {**EU_DEPLOY, "workspace_role": "workspace_admin"}),
    Call("removeWorkspaceServiceAccount", EU_DEPLOY, {**EU_DEPLOY, "type": "service_account_workspace_member_deleted"}),
    Call("archiveServiceAccount", {"service_account_id": "svac_spare"}, {"id": "svac_spare"}),
    # Federation issuers
    Call("listFederationIssuers", {"limit": 2}, items=["fdis_github", "fdis_url", "fdis_own", "fdis_failing"]),
    Call("listFederationIssuers", {"limit": 4, "include_archived": True},
         items=["fdis_github", "fdis_url", "fdis_own", "fdis_failing", "fdis_gone"]),
    Call("createFederationIssuer", {"name": "gitlab", "issuer_url": "https://gitlab.com", "check_jti": False,
                                    "jwks": {"type": "discovery"}, "max_jwt_lifetime_seconds": 900},
         {"name": "gitlab", "check_jti": False, "max_jwt_lifetime_seconds": 900}),
    Call("createFederationIssuer", {"name": "inline", "issuer_url": "https://inline.acme.com", "jwks": INLINE},
         {"jwks": {"type": "inline", "keys": INLINE["keys"]}, "check_jti": True}),
    Call("getFederationIssuer", {"federation_issuer_id": "fdis_url"}, {"issuer_url": "https://login.acme.com"}),
    Call("updateFederationIssuer", {"federation_issuer_id": "fdis_failing", "jwks_polling_disabled": False,
                                    "jwks": {"type": "explicit_url", "url": "https://down.acme.com/keys"}},
         {"id": "fdis_failing", "jwks_polling_disabled_at": None}),
    Call("archiveFederationIssuer", {"federation_issuer_id": "fdis_own"}, {"id": "fdis_own"}),
    # Federation rules
    Call("listFederationRules", {"limit": 2}, items=["fdrl_deploy", "fdrl_claims", "fdrl_old"]),
    Call("listFederationRules", {"limit": 1, "include_archived": True, "issuer_id": "fdis_github"},
         items=["fdrl_deploy", "fdrl_claims"]),
    Call("createFederationRule", {"name": "new", "issuer_id": "fdis_github", "oauth_scope": "workspace:developer",
                                  "match": {"claims": {"repository_id": "813"}}, "target": TO_DEPLOY,
                                  "workspace_id": "wrkspc_eu", "token_lifetime_seconds": 900, "description": "d"},
         {"name": "new", "workspace_ids": ["wrkspc_eu"], "token_lifetime_seconds": 900, "description": "d"}),
    Call("createFederationRule", {"name": "all", "issuer_id": "fdis_url", "oauth_scope": "workspace:inference",
                                  "match": {"subject_prefix": "team-*", "audience": "api"}, "target": TO_DEPLOY,
                                  "applies_to_all_workspaces": True},
         {"applies_to_all_workspaces": True, "workspace_ids": [], "token_lifetime_seconds": 3600}),
    Call("getFederationRule", {"federation_rule_id": "fdrl_old"}, {"issuer_name": "url"}),
    Call("updateFederationRule", {"federation_rule_id": "fdrl_deploy", "name": "production", "description": None},
         {"name": "production", "issuer_id": "fdis_github"}),
    # The service ignores `limit` here.
    Call("listFederationRuleWorkspaces", {"federation_rule_id": "fdrl_deploy", "limit": 1}, key="workspace_id", pages=1,
         items=["wrkspc_lab", "wrkspc_eu"]),
    Call("addFederationRuleWorkspace", {"federation_rule_id": "fdrl_deploy", "workspace_id": "wrkspc_spare"},
         {"federation_rule_id": "fdrl_deploy", "workspace_id": "wrkspc_spare", "workspace_name": "spare"}),
    Call("removeFederationRuleWorkspace", {"federation_rule_id": "fdrl_deploy", "workspace_id": "wrkspc_eu"},
         {"workspace_id": "wrkspc_eu", "type": "federation_rule_workspace_deleted"}),
    Call("archiveFederationRule", {"federation_rule_id": "fdrl_claims"}, {"id": "fdrl_claims", "workspace_ids": []}),
    # Compliance settings
    Call("getComplianceSettings", gives={"state": {"type": "disabled"}}),
    Call("updateComplianceSettings", {"state": {"type": "enabled"}}, {"state": {"type": "enabled"}}),
    # At the end: it has been in use until here.
    Call("archiveWorkspace", {"workspace_id": "wrkspc_spare"}, {"id": "wrkspc_spare"}),
]

BAD, DENIED, UNKNOWN, TWICE = "invalid_request_error", "permission_error", "not_found_error", "conflict_error"

# After the calls.
REFUSALS = [
    Refusal("getOrganization", {}, "AuthenticationError", "authentication_error", credential="sk-ant-nothing"),
    Refusal("getUser", {"user_id": "user_nobody"}, "NotFoundError", UNKNOWN),
    Refusal("removeUser", {"user_id": "user_ada"}, "BadRequestError", BAD),
    Refusal("getInvite", {"invite_id": "invite_nobody"}, "NotFoundError", UNKNOWN),
    Refusal("createInvite", {"email": "dev@acme.com", "role": "user"}, "AlreadyMemberError", BAD, "already_member"),
    Refusal("createInvite", {"email": "new@acme.com", "role": "user"}, "InviteAlreadyExistsError", BAD,
            "invite_already_exists"),
    Refusal("getWorkspace", {"workspace_id": "wrkspc_none"}, "NotFoundError", UNKNOWN),
    Refusal("archiveWorkspace", {"workspace_id": "wrkspc_default"}, "BadRequestError", BAD),
    Refusal("updateWorkspace", {"workspace_id": "wrkspc_eu", "external_key_id": "ekey_profile"},
            "KeyProfileMismatchError", BAD, "key_profile_mismatch"),
    Refusal("getWorkspaceMember", {"workspace_id": "wrkspc_eu", "user_id": "user_dev"}, "NotFoundError", UNKNOWN),
    Refusal("getApiKey", {"api_key_id": "apikey_none"}, "NotFoundError", UNKNOWN),
    Refusal("listRateLimits", {"model": "no-such-model"}, "NotFoundError", UNKNOWN),
    Refusal("updateWorkspaceRateLimit", {"workspace_id": "wrkspc_default", "rate_limit_id": "rl_sonnet",
                                         "limits": [SONNET]}, "BadRequestError", BAD),
    Refusal("getSpendLimit", {"spend_limit_id": "spl_none"}, "NotFoundError", UNKNOWN),
    Refusal("deleteSpendLimit", {"spend_limit_id": "spl_tier"}, "BadRequestError", BAD),
    Refusal("listSpendLimits", {"scope_type": ["user"]}, "OrganizationTypeNotSupportedError", BAD,
            "organization_type_not_supported"),
    Refusal("getServiceAccount", {"service_account_id": "svac_none"}, "NotFoundError", UNKNOWN),
    Refusal("createServiceAccount", {"name": "bot"}, "ConflictError", TWICE),
    Refusal("archiveServiceAccount", {"service_account_id": "svac_deploy"}, "BadRequestError", BAD),
    Refusal("createServiceAccount", {"name": "escalated", "organization_role": "admin"}, "PermissionDeniedError",
            DENIED, credential="sk-ant-oat01-workload-of-a-test"),
    Refusal("updateWorkspaceServiceAccount", {**EU_SPARE, "workspace_role": "workspace_user"}, "NotFoundError",
            UNKNOWN),
    Refusal("addServiceAccountWorkspace", {"service_account_id": "svac_bot", "workspace_id": "wrkspc_old",
                                           "workspace_role": "workspace_user"}, "BadRequestError", BAD),
    Refusal("getFederationIssuer", {"federation_issuer_id": "fdis_none"}, "NotFoundError", UNKNOWN),
    Refusal("createFederationIssuer", {"name": "github", "issuer_url": "https://two.acme.com"}, "ConflictError", TWICE),
    Refusal("archiveFederationIssuer", {"federation_issuer_id": "fdis_github"}, "BadRequestError", BAD),
    Refusal("getFederationRule", {"federation_rule_id": "fdrl_none"}, "NotFoundError", UNKNOWN),
    Refusal("updateFederationRule", {"federation_rule_id": "fdrl_old", "name": "new"}, "ConflictError", TWICE),
    Refusal("updateFederationRule", {"federation_rule_id": "fdrl_gone", "description": "d"}, "BadRequestError", BAD),
    Refusal("updateFederationRule", {"federation_rule_id": "fdrl_deploy", "oauth_scope": "org:admin"},
            "PermissionDeniedError", DENIED),
    Refusal("addFederationRuleWorkspace", {"federation_rule_id": "fdrl_deploy", "workspace_id": "wrkspc_none"},
            "BadRequestError", BAD),
    Refusal("getExternalKey", {"external_key_id": "ekey_none"}, "NotFoundError", UNKNOWN),
    Refusal("deleteExternalKey", {"external_key_id": "ekey_used"}, "BadRequestError", BAD),
    Refusal("updateComplianceSettings", {"state": {"type": "unknown"}}, "BadRequestError", BAD),
]
