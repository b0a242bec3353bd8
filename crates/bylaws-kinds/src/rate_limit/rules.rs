//! Rules for rate limits.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_LIMITER = "BL0524" "unknown-limiter" Error, in_schema: true,
        summary: "A limiter that cannot be set",
        why: "The service accepts nine limiters for a workspace, such as `requests_per_minute`. Others, such as
`enqueued_batch_requests`, are shown by the service but cannot be set.
",
        wrong: "workspaces:
  production:
    rate_limits:
      batch: {requests_per_hour: 50}
",
        right: "workspaces:
  production:
    rate_limits:
      batch: {requests_per_minute: 50}
";
    BAD_LIMIT = "BL0525" "bad-limit" Error, in_schema: true,
        summary: "The value of a rate limit is not a whole number",
        why: "A rate limit is a whole number from 0 to 9007199254740991, in the unit that the name of the limiter says, or
`inherit` for no limit of the workspace's own. 0 stops all use in the workspace.
",
        wrong: "workspaces:
  production:
    rate_limits:
      batch: {requests_per_minute: unlimited}
",
        right: "workspaces:
  production:
    rate_limits:
      batch: {requests_per_minute: inherit}
";
}
