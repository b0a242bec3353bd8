//! What the feed says about spend limits. Amounts are dollars for those of a Console organization, and whole cents for
//! those of a member.

use serde_json::{Value, json};

use super::event::{Change, Event};

/// Returns what the feed says about a change of one spend limit.
pub(crate) fn says(change: &Change<'_>) -> Vec<Event> {
    let limit = change.object();
    let (id, scope) = (&limit["id"], &limit["scope"]);
    let (is_new, is_gone) = (change.before.is_null(), change.after.is_null());
    let created = json!({"limit_usd": dollars(limit)});
    let event = match (scope["type"].as_str().unwrap_or_default(), is_new, is_gone) {
        ("organization", true, _) => Event::new("platform_spend_limit_created", created),
        ("organization", _, true) => {
            Event::new("platform_spend_limit_deleted", json!({"spend_limit_id": id}))
        }
        ("organization", ..) => Event::new("platform_spend_limit_updated", json!({"spend_limit_id": id})),
        ("workspace", _, true) => {
            let fields = json!({"spend_limit_id": id, "workspace_id": scope["workspace_id"]});
            Event::new("workspace_spend_limit_deleted", fields)
        }
        // The feed has no type for a changed amount, so the new limit is recorded as created.
        ("workspace", ..) => {
            let fields = json!({"limit_usd": dollars(limit), "workspace_id": scope["workspace_id"]});
            Event::new("workspace_spend_limit_created", fields)
        }
        ("user", _, true) => {
            let fields = json!({"spend_limit_id": id, "user_id": scope["user_id"]});
            Event::new("extra_usage_spend_limit_deleted", fields)
        }
        ("user", is_new, _) => {
            let kind =
                if is_new { "extra_usage_spend_limit_created" } else { "extra_usage_spend_limit_updated" };
            let fields = json!({"amount": number(limit["amount"].as_str()), "is_enabled": limit["is_enabled"],
                "spend_limit_id": id, "user_id": scope["user_id"]});
            Event::new(kind, fields)
        }
        _ => return Vec::new(),
    };
    vec![event]
}

/// Returns the amount of a limit as a number of dollars; null if it has none.
fn dollars(limit: &Value) -> Value {
    let amount = limit["amount"].as_str().map(|cents| format!("{cents:0>3}"));
    let parts = amount.as_deref().and_then(|cents| cents.split_at_checked(cents.len().saturating_sub(2)));
    let text = parts.map(|(whole, cents)| format!("{}.{cents}", without_zeros(whole)));
    number(text.as_deref().map(|text| text.trim_end_matches(".00")))
}

/// Returns a text of digits as a JSON number; null if it is too long for one.
fn number(text: Option<&str>) -> Value {
    let text = text.map(without_zeros);
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}

/// Returns a number without leading zeros, which JSON does not allow.
fn without_zeros(text: &str) -> &str {
    let rest = text.trim_start_matches('0');
    if rest.starts_with(|first: char| first.is_ascii_digit()) {
        return rest;
    }
    text.get(text.len().saturating_sub(rest.len() + 1)..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_in_cents_becomes_a_number_of_dollars() {
        for (amount, told) in [
            ("500050", "5000.5"),
            ("2000000", "20000"),
            ("0", "0"),
            ("5", "0.05"),
            ("0099", "0.99"),
            ("00", "0"),
            ("100", "1"),
        ] {
            assert_eq!(dollars(&json!({"amount": amount})).to_string(), told, "{amount}");
        }
        assert_eq!(dollars(&json!({"amount": null})), Value::Null);
        assert_eq!(number(Some("007")), json!(7));
    }
}
