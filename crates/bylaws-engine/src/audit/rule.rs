//! The rules of an audit as data: what `bylaws explain` prints and the documentation is made of.

use crate::action::words;

words!(
    /// How much a finding matters.
    Severity {
        /// Act on it.
        Error = "error",
        /// Look at it.
        Warning = "warning",
        /// Good to know.
        Note = "note",
    }
);

/// One rule. Codes are never used again.
#[derive(Debug, PartialEq, Eq)]
pub struct AuditRule {
    /// Such as `BA0101`.
    pub code: &'static str,
    /// Such as `too-many-admins`; what `accept` names.
    pub name: &'static str,
    /// How much its findings matter; some findings of a rule matter less.
    pub severity: Severity,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// Why that matters, and how it is judged.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// The key under `audit:` that sets its threshold.
    pub setting: Option<&'static str>,
}

macro_rules! rules {
    ($($id:ident = $code:literal $name:literal $severity:ident $setting:expr;
        $summary:literal; $why:literal; $fix:literal)+) => {
        $(pub(super) static $id: AuditRule = AuditRule {
            code: $code, name: $name, severity: Severity::$severity,
            summary: $summary, why: $why, fix: $fix, setting: $setting,
        };)+

        /// All rules, by code.
        pub static AUDIT_RULES: &[&AuditRule] = &[$(&$id),+];
    };
}

rules! {
    TOO_MANY_ADMINS = "BA0101" "too-many-admins" Warning Some("max_admins");
        "More people hold every workspace than should";
        "Admins, owners and primary owners are admins of every workspace, can invite anybody and can make Admin API keys.";
        "Lower some of them in the Console, as the API cannot, then list them with their new role."
    MORE_THAN_THE_TEAM = "BA0102" "more-than-the-team" Warning None;
        "Somebody in a team has more in a workspace than their team";
        "A membership of their own outlasts the reason for it. Judged for people in a team of the files, in workspaces in which a team of theirs has a role, by the membership they have live and not by what their role in the organization gives. A note if the files list it.";
        "Give them the team's role, put them into another team, or accept the finding with its reason."
    DORMANT_PERSON = "BA0103" "dormant-person" Warning Some("dormant_days.people");
        "A member has not used anything for a long time";
        "An account nobody uses is an account nobody watches. Looked at are usage under their own name or with keys of their own, and Claude Code; what somebody does in the Console, or with keys of a workspace, is not visible here. Billing members are left out, as their work leaves no usage.";
        "Ask them; then write `none` at their line. No line is suggested if they have personal keys: these are archived permanently with them."
    DORMANT_WORKSPACE = "BA0201" "dormant-workspace" Warning Some("dormant_days.workspaces");
        "A workspace has not been used for a long time";
        "Unused workspaces keep keys and members that nobody reviews. The default workspace and Claude Code's are left out: everybody is in the first, and the service manages the second.";
        "Ask its members, then set its keys to `inactive` and remove its members: all of that can be undone."
    TEAM_GIVES_IT = "BA0202" "team-gives-it" Note None;
        "A line gives what a team gives already";
        "When the person leaves the team, the line keeps the seat.";
        "Delete the line."
    UNUSED_KEY = "BA0301" "unused-key" Warning Some("dormant_days.api_keys");
        "An active key has not been used for a long time";
        "A key nobody uses can only be misused.";
        "Set it to `inactive`; the change can be undone if somebody misses it."
    OLD_KEY = "BA0302" "old-key" Warning Some("key_max_age_days");
        "An active key is older than keys should get";
        "The longer a key exists, the more places it has been copied to. A key in use is not to be switched off before its successor works, so a line is suggested only once nothing uses it or a newer active key of the same scope is named alike (`ci`, `ci-2027`).";
        "Create a new key in the Console, move its users over, then set this one to `inactive`."
    KEY_WITHOUT_EXPIRY = "BA0303" "key-without-expiry" Note Some("key_expiry");
        "An active key never runs out";
        "A key that ends by itself cannot be forgotten. An end can only be given when a key is made. With `key_expiry: required` this is a warning.";
        "Create a new key with an end in the Console, move its users over, then set this one to `inactive`."
    KEY_OF_A_LEAVER = "BA0304" "key-of-a-leaver" Error None;
        "An active key was made by somebody who left, or is leaving";
        "Keys of a workspace and of a service account outlive who made them, and whoever made one has seen its secret. Personal keys and those of Claude Code end with the person. Leaving is whoever is no member any more, is listed as `none`, or whose last day is within 14 days. As for old keys, a line is suggested only once nothing uses the key or it has a successor.";
        "Create a new key in the Console, move its users over, then set this one to `inactive`."
    KEY_IN_ARCHIVED_WORKSPACE = "BA0305" "key-in-archived-workspace" Error None;
        "A key of an archived workspace is not archived";
        "Archiving a workspace archives its keys within seconds; one that is left is a fault of the service or a race.";
        "Set it to `inactive` in the Console."
    KEY_NAME_SAYS_NOTHING = "BA0306" "key-name-says-nothing" Note None;
        "The name of an active key does not say what it is for";
        "Nobody dares to switch off a key called `test`.";
        "Rename it in the Console, and in the files."
    EXPIRED_INVITE = "BA0401" "expired-invite" Warning None;
        "An invite ran out and nobody became a member";
        "Either the person never needed it, or the address is wrong. Judged by the newest invite of a person.";
        "Write `none` at their line or delete it, or apply again: it is sent once more."
    LONG_PENDING_INVITE = "BA0402" "long-pending-invite" Warning Some("pending_days");
        "An invite has been waiting for long";
        "Whoever reads that mailbox can accept it.";
        "Ask them, or write `none` at their line: the invite is withdrawn."
    UNLISTED = "BA0501" "unlisted" Warning Some("unlisted_days");
        "Something is live that no file mentions";
        "What is in no file was reviewed by nobody. A note until `unlisted_days` are over, or where nobody knows how long it has been there.";
        "List it, or take it away: by hand, or with the policy `remove` under `unlisted`."
    NO_REQUIRED_ADMINS = "BA0502" "no-required-admins" Note None;
        "`guards.required_admins` is not set";
        "Without it nothing tells when nobody is left who can repair access in the Console.";
        "List at least two people who hold `admin`."
    NO_ALLOWED_DOMAINS = "BA0503" "no-allowed-domains" Note None;
        "`guards.allowed_domains` is not set";
        "Without it a mistyped or foreign domain passes every check.";
        "List the domains of your people."
    NOTHING_PROTECTED = "BA0504" "nothing-protected" Note None;
        "`guards.protect` is not set";
        "What production stands on should not depend on a count staying below a limit.";
        "List the people, workspaces and keys that must never be taken away or switched off."
    GUARD_TOO_WIDE = "BA0505" "guard-too-wide" Warning None;
        "A guard lets more through than the built-in one, or hides something";
        "Guards are for the commit nobody looked at closely. Found are limits above the built-in ones, domains in which anybody can get an address, and policies that hide what is unlisted.";
        "Take the built-in value; use `approve` for the one plan that needs more."
    SPENDING_ABOVE_LIMIT = "BA0601" "spending-above-limit" Error Some("spending.monthly");
        "A workspace has cost more this month than its limit";
        "Judged by the cost report from the first of the calendar month in UTC to now, exact to the last decimal.";
        "Look at `bylaws report cost`; raise the limit in the files if it is meant."
    SPENDING_OUT_OF_PATTERN = "BA0602" "spending-out-of-pattern" Warning Some("spending.unusual");
        "A workspace cost much more in the last seven days than usual";
        "Leaked keys show here first. The last seven whole days are compared with the median of the weeks before (of an even number, the dearer of the two in the middle): eight at most, and three at least since the workspace first cost something in the nine weeks that are read.";
        "Look at `bylaws report usage` by key."
    ACCEPTANCE_WITHOUT_EFFECT = "BA0701" "acceptance-without-effect" Note Some("accept");
        "An entry of `audit.accept` does nothing any more";
        "Exceptions that nobody needs hide the next finding of their kind.";
        "Delete the lines."
}

/// The rule of a name, or of a code.
pub fn audit_rule(text: &str) -> Option<&'static AuditRule> {
    AUDIT_RULES.iter().copied().find(|rule| rule.name == text || rule.code.eq_ignore_ascii_case(text))
}
