//! Rules for rate limits.

use bylaws_config::{Severity, define_rules};

define_rules! {
    UNKNOWN_LIMITER {
        code: "BL0524",
        name: "unknown-limiter",
        severity: Severity::Error,
        summary: "A limiter that cannot be set",
        why: "The service accepts nine limiters for a workspace, such as `requests_per_minute`. Others, such as
`enqueued_batch_requests`, are shown by the service but cannot be set.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production:
    rate_limits:
      batch: {requests_per_hour: 50}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production:
    rate_limits:
      batch: {requests_per_minute: 50}
",
        in_schema: true,
    }
    BAD_LIMIT {
        code: "BL0525",
        name: "bad-limit",
        severity: Severity::Error,
        summary: "The value of a rate limit is not a whole number",
        why: "A rate limit is a whole number from 0 to 9007199254740991, in the unit that the name of the limiter says, or
`inherit` for no limit of the workspace's own. 0 stops the workspace.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production:
    rate_limits:
      batch: {requests_per_minute: unlimited}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production:
    rate_limits:
      batch: {requests_per_minute: inherit}
",
        in_schema: true,
    }
}
