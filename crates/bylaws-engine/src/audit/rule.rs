//! The audit rules as data, for `bylaws explain` and the documentation.

use crate::words;

words!(
    /// The severity of a finding.
    Severity {
        /// Somebody must act.
        Error = "error",
        /// Somebody should review it.
        Warning = "warning",
        /// For information only.
        Note = "note",
    }
);

/// One rule. Codes are never reused.
#[derive(Debug, PartialEq, Eq)]
pub struct AuditRule {
    /// The code, such as `BA0101`.
    pub code: &'static str,
    /// The name, such as `too-many-admins`; used in `accept`.
    pub name: &'static str,
    /// The severity of its findings; some findings of a rule are less severe.
    pub severity: Severity,
    /// One line: what the rule finds.
    pub summary: &'static str,
    /// Why it matters, and how it is checked.
    pub why: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// The key under `audit:` that sets its threshold.
    pub setting: Option<&'static str>,
}

macro_rules! rules {
    ($($id:ident = $code:literal $name:literal $severity:ident $setting:expr;
        $summary:literal; $why:literal; $fix:literal)+) => {
        $(#[doc = $summary]
        pub static $id: AuditRule = AuditRule {
            code: $code, name: $name, severity: Severity::$severity,
            summary: $summary, why: $why, fix: $fix, setting: $setting,
        };)+

        /// All rules, sorted by code.
        pub static AUDIT_RULES: &[&AuditRule] = &[$(&$id),+];
    };
}

rules! {
    TOO_MANY_ADMINS = "BA0101" "too-many-admins" Warning Some("max_admins");
        "Too many people are admins of every workspace";
        "Admins, owners and primary owners are admins of every workspace, can invite anybody and can create \
         Admin API keys.";
        "Lower some of them in the Console (the API cannot), then list them with their new role."
    MORE_THAN_THE_TEAM = "BA0102" "more-than-the-team" Warning None;
        "A team member has more access to a workspace than the team";
        "An explicit membership remains when the reason for it is gone. Checks people in teams of the \
         files, in workspaces where one of their teams has a role, by their live membership and not by what \
         their role in the organization implies. A note if the files list the membership.";
        "Give them the team's role, move them to another team, or accept the finding with a reason."
    DORMANT_PERSON = "BA0103" "dormant-person" Warning Some("dormant_days.people");
        "A member has been inactive for a long time";
        "Nobody notices if an unused account is misused. Checks usage under their own name or with personal \
         keys, and Claude Code; use of the Console, or of workspace keys, is not visible here. Billing \
         members are skipped, because their work leaves no usage.";
        "Ask them, then set their line to `none`. No edit is suggested if they have personal keys, which \
         are archived permanently on removal."
    ADMIN_SERVICE_ACCOUNT = "BA0104" "admin-service-account" Warning None;
        "A service account is an admin of the organization";
        "Whoever can get a token of the account can manage the whole organization. A note if the files give the \
         account this role.";
        "Set its role to `developer`, and give it roles in the workspaces that it needs."
    UNUSED_SERVICE_ACCOUNT = "BA0105" "unused-service-account" Note None;
        "Nothing uses a service account";
        "An unused account is only a risk. Finds accounts that no federation rule names and that own no active \
         API key. The account of the credential in use is skipped.";
        "Archive it, which is permanent, or write the rule that uses it."
    DORMANT_WORKSPACE = "BA0201" "dormant-workspace" Warning Some("dormant_days.workspaces");
        "A workspace has not been used for a long time";
        "Unused workspaces keep keys and members that nobody reviews. The default workspace and the Claude \
         Code workspace are skipped: everybody has access to the former, and the service manages the latter.";
        "Ask its members, then set its keys to `inactive` and remove its members: both can be undone."
    TEAM_GIVES_IT = "BA0202" "team-gives-it" Note None;
        "A line repeats what a team already gives";
        "The line keeps the membership after the person leaves the team.";
        "Delete the line."
    RATE_LIMIT_OF_ZERO = "BA0203" "rate-limit-of-zero" Warning None;
        "A rate limit of 0 stops a workspace";
        "Every request of the workspace that the limit counts fails. A note if the files list it.";
        "Set another limit, or `inherit`."
    UNUSED_KEY = "BA0301" "unused-key" Warning Some("dormant_days.api_keys");
        "An active key has not been used for a long time";
        "An unused key is only a risk.";
        "Set it to `inactive`; this can be undone if the key is still needed."
    OLD_KEY = "BA0302" "old-key" Warning Some("key_max_age_days");
        "An active key is older than the limit";
        "The longer a key exists, the more copies of it exist. Do not switch off a key in use before its \
         successor works: an edit is suggested only if the key is unused, or if a newer active key of the \
         same scope has a similar name (`ci`, `ci-2027`).";
        "Create a new key in the Console, move its users to it, then set this one to `inactive`."
    KEY_WITHOUT_EXPIRY = "BA0303" "key-without-expiry" Note Some("key_expiry");
        "An active key never expires";
        "A key that expires cannot be forgotten. The expiry can only be set when a key is created. With \
         `key_expiry: required` this is a warning.";
        "Create a new key with an expiry in the Console, move its users to it, then set this one to \
         `inactive`."
    KEY_OF_A_LEAVER = "BA0304" "key-of-a-leaver" Error None;
        "An active key was created by somebody who left or is leaving";
        "Keys of workspaces and of service accounts remain when their creator leaves, and the creator has \
         seen the secret. Personal keys and Claude Code keys end with the person. A creator counts as \
         leaving if they are not a member any more, are listed as `none`, or have a last day within 14 \
         days. An edit is suggested only if the key is unused or has a successor.";
        "Create a new key in the Console, move its users to it, then set this one to `inactive`."
    KEY_IN_ARCHIVED_WORKSPACE = "BA0305" "key-in-archived-workspace" Error None;
        "A key of an archived workspace is not archived";
        "Archiving a workspace archives its keys within seconds; a remaining key is a fault of the service \
         or a race.";
        "Set it to `inactive` in the Console."
    KEY_NAME_SAYS_NOTHING = "BA0306" "key-name-says-nothing" Note None;
        "The name of an active key does not say what it is for";
        "A vague name such as `test` makes it unsafe to switch off a key.";
        "Pin it by its `id` and set `name`, or rename it in the Console and in the files."
    EXPIRED_INVITE = "BA0401" "expired-invite" Warning None;
        "An invite expired and the person did not become a member";
        "Either the person does not need access, or the address is wrong. Checks the newest invite of each \
         person.";
        "Set their line to `none` or delete it, or apply again to send the invite again."
    LONG_PENDING_INVITE = "BA0402" "long-pending-invite" Warning Some("pending_days");
        "An invite has been pending for a long time";
        "Anybody who reads that mailbox can accept it.";
        "Ask them, or set their line to `none` to withdraw the invite."
    UNLISTED = "BA0501" "unlisted" Warning Some("unlisted_days");
        "A live object is not in the files";
        "Nobody has reviewed what is not in the files. A note until `unlisted_days` have passed, or if the \
         age is unknown.";
        "List it, or remove it: manually, or with the policy `remove` under `unlisted`."
    NO_REQUIRED_ADMINS = "BA0502" "no-required-admins" Note None;
        "`guards.required_admins` is not set";
        "Without it, nothing reports that nobody is left who can restore access in the Console.";
        "List at least two people who hold `admin`."
    NO_ALLOWED_DOMAINS = "BA0503" "no-allowed-domains" Note None;
        "`guards.allowed_domains` is not set";
        "Without it, a mistyped or foreign domain passes every check.";
        "List the domains of your organization."
    NOTHING_PROTECTED = "BA0504" "nothing-protected" Note None;
        "`guards.protect` is not set";
        "Without it, only the limits protect production.";
        "List the people, workspaces and keys that must never be removed or switched off."
    GUARD_TOO_WIDE = "BA0505" "guard-too-wide" Warning None;
        "A guard is looser than the built-in one, or hides unlisted objects";
        "Guards catch mistakes that a review misses. Finds limits above the built-in ones, domains where \
         anybody can get an address, and policies that hide unlisted objects.";
        "Use the built-in value; use `approve` for a single plan that needs more."
    SPENDING_ABOVE_LIMIT = "BA0601" "spending-above-limit" Error Some("spending.monthly");
        "A workspace has cost more this month than its limit";
        "Compares the cost report, from the first of the calendar month (UTC) until now, with the limit, \
         exactly.";
        "Check `bylaws report cost`; raise the limit in the files if the cost is expected."
    SPENDING_OUT_OF_PATTERN = "BA0602" "spending-out-of-pattern" Warning Some("spending.unusual");
        "A workspace cost much more in the last seven days than usual";
        "Leaked keys often show here first. Compares the last seven whole days with the median of the weeks \
         before: at most eight, and at least three since the first cost within the nine weeks that are \
         read. Of an even number of weeks, the higher of the two middle ones counts.";
        "Check `bylaws report usage` by key."
    WITHOUT_SPEND_LIMIT = "BA0603" "without-spend-limit" Note None;
        "A workspace has no spend limit, and most workspaces have one";
        "Its cost counts only against the limit of the organization. Checked if more than half of the \
         workspaces have a limit. The default workspace cannot have one, and the service manages the Claude Code \
         workspace. Workspaces with `spend_limit: none` in the files are skipped.";
        "Set `spend_limit` of the workspace, or `none`."
    ACCEPTANCE_WITHOUT_EFFECT = "BA0701" "acceptance-without-effect" Note Some("accept");
        "An entry of `audit.accept` has no effect any more";
        "An unused exception hides the next finding of its kind.";
        "Delete the lines."
    ADMIN_THROUGH_FEDERATION = "BA0801" "admin-through-federation" Error None;
        "A federation rule acts as an admin of the organization";
        "Whoever runs code in the job that the rule accepts can manage the whole organization, if the scope is \
         `org:admin`. With another scope it is a warning. A note if the files list both the rule and the account's \
         role `admin`.";
        "Name an account with the role `developer`. If the job must manage the organization: an issuer of its own, an \
         exact subject, and both in the files."
    TENANT_NOT_PINNED = "BA0802" "tenant-not-pinned" Error None;
        "Every customer of a platform could use a federation rule";
        "GitHub Actions, GitLab.com, Buildkite, HCP Terraform and Google sign the tokens of all customers with one \
         issuer. The service refuses such rules today, and keeps the older ones.";
        "Add a claim that names your organization, such as `repository_owner_id`."
    BROAD_SUBJECT = "BA0803" "broad-subject" Warning None;
        "A federation rule accepts more subjects than one";
        "Finds subjects that end in `*`, subjects of pull requests, and a `*` that is not at the end, which has no \
         meaning there. Pull requests of forks have subjects that begin like those of your branches. A rule without \
         a subject is a note, because its claims may be exact. Also a note if the files list the subject.";
        "Write the exact subject, such as `repo:acme/robot:environment:production`."
    RULE_WITHOUT_AUDIENCE = "BA0804" "rule-without-audience" Warning None;
        "A federation rule accepts tokens for any audience";
        "A token that a job requested for another service can be exchanged too. A note if the files list the rule \
         without an audience.";
        "Add the audience that your jobs request, such as `https://api.anthropic.com`."
    RULE_FOR_ALL_WORKSPACES = "BA0805" "rule-for-all-workspaces" Warning None;
        "A federation rule is enabled for all workspaces";
        "It includes workspaces that do not exist yet. Rules whose scope is only `org:admin` are skipped, because \
         their tokens belong to no workspace. A note if the files list it so.";
        "List the workspaces that the job needs."
    SCOPE_BEYOND_MEMBERSHIP = "BA0806" "scope-beyond-membership" Warning None;
        "A federation rule gives more than the memberships of its account";
        "The account is only `workspace_user` in all workspaces of the rule, and the scope is \
         `workspace:developer`: the scope takes effect as soon as somebody raises the membership.";
        "Change the scope to `workspace:inference`, or raise the role of the account in the workspace."
    RULE_WITHOUT_MEMBERSHIP = "BA0807" "rule-without-membership" Warning None;
        "The account of a federation rule is not a member of a workspace";
        "The rule is enabled for the workspace, but every exchange for it fails. Every account is a member of the \
         default workspace.";
        "Add the account to the workspace, or remove the workspace from the rule."
    LONG_LIFETIME = "BA0808" "long-lifetime" Warning None;
        "Tokens of federation live for more than an hour";
        "A stolen token works as long as it lives. Checks the tokens that a rule gives out, and the identity tokens that \
         an issuer may send. A note if the files list the lifetime.";
        "Set the shortest lifetime that works, such as `15m`."
    TOKENS_CAN_BE_REUSED = "BA0809" "tokens-can-be-reused" Warning None;
        "An identity token can be exchanged more than once";
        "With `check_jti: false`, whoever reads a token in a log can exchange it again while it lives. A note if the \
         files list it.";
        "Set `check_jti: true`, and request a new identity token for each exchange."
    KEY_POLLING_OFF = "BA0810" "key-polling-off" Warning None;
        "The service stopped reading the keys of a federation issuer";
        "It does so after failing for a long time. Tokens that are signed with newer keys are refused.";
        "Make the keys available again, then switch reading on in the Console, which also shows the error."
    UNUSED_EXTERNAL_KEY = "BA0901" "unused-external-key" Note None;
        "No workspace uses an external key";
        "Data is encrypted with a key only if a workspace has it. The API does not say whether a key works: only \
         attaching it, or a validation, does.";
        "Attach it with `external_key` of a workspace, or delete it in the Console."
}

/// Returns the rule with this name or code.
pub fn audit_rule(text: &str) -> Option<&'static AuditRule> {
    AUDIT_RULES.iter().copied().find(|rule| rule.name == text || rule.code.eq_ignore_ascii_case(text))
}
