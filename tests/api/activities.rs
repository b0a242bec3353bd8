//! The Activity Feed: opaque cursors in both directions, repeated activities, and refusals.

use bylaws_api::{
    ActivitiesQuery, ActivityActorType, ActivityCursor, ActivityTypes, ErrorKind, RecordingState, Timestamp,
    collect_all, compliance_settings,
};
use serde_json::json;

use crate::canned::{Canned, Step, ok, refusal};

/// Returns a page of activities: `a b +` has two and says that more follow. Its cursors are `<a` and `>b`.
fn page(text: &str) -> Step {
    let ids: Vec<&str> = text.split_whitespace().filter(|word| *word != "+").collect();
    let data: Vec<_> = ids
        .iter()
        .map(|id| {
            json!({"id": id, "created_at": "2026-11-21T09:00:00Z", "organization_id": null, "organization_uuid": null,
                   "type": "new_type", "actor": {"type": "user_actor", "user_id": "user_1"}, "more": 1})
        })
        .collect();
    let (first, last) = (ids.first().map(|id| format!("<{id}")), ids.last().map(|id| format!(">{id}")));
    ok(&json!({"data": data, "has_more": text.ends_with('+'), "first_id": first, "last_id": last})
        .to_string())
}

#[tokio::test]
async fn the_feed_is_followed_by_its_cursors_and_repeats_are_dropped() {
    for (cursor, name, first, second) in [
        (None, "after_id", "", "%3Eb"),
        (Some(ActivityCursor::Older("x".to_owned())), "after_id", "&after_id=x", "%3Eb"),
        (Some(ActivityCursor::Newer("x".to_owned())), "before_id", "&before_id=x", "%3Ca"),
    ] {
        let server = Canned::new([page("a b +"), page("b c")]).await;
        let query = ActivitiesQuery {
            types: ActivityTypes::Except(vec!["org_users_listed".to_owned()]),
            created_at_gte: Some(Timestamp::from("2026-11-20T00:00:00Z")),
            cursor,
            ..ActivitiesQuery::default()
        };
        let read = collect_all(server.reader().activities(query)).await.expect("both pages");
        assert_eq!(read.iter().map(|activity| activity.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(read.iter().all(|activity| activity.actor.kind == ActivityActorType::User));
        assert!(read.iter().all(|activity| activity.fields["more"] == 1));
        let start = "GET /v1/compliance/activities?limit=5000&exclude_activity_types%5B%5D=org_users_listed\
                     &created_at.gte=2026-11-20T00%3A00%3A00Z";
        let targets: Vec<_> = server.asked().iter().map(|asked| asked.target().to_owned()).collect();
        assert_eq!(targets, [format!("{start}{first}"), format!("{start}&{name}={second}")]);
    }
}

#[tokio::test]
async fn a_refusal_is_final_and_says_why() {
    for (status, headers, kind, expected) in [
        (400, &[][..], "invalid_request_error", ErrorKind::Refused),
        (401, &[], "authentication_error", ErrorKind::Credential),
        (403, &[], "permission_error", ErrorKind::Permission),
        (429, &["retry-after: 900"], "rate_limit_error", ErrorKind::RateLimited),
        (500, &["x-should-retry: false"], "api_error", ErrorKind::Unavailable),
    ] {
        let server = Canned::new([refusal(status, headers, kind, "", "No.")]).await;
        let error =
            collect_all(server.reader().activities(ActivitiesQuery::default())).await.expect_err(kind);
        assert_eq!((error.kind, error.body.message.as_deref()), (expected, Some("No.")), "{status}");
        assert_eq!(server.asked().len(), 1, "{status} is sent once");
    }
}

#[tokio::test]
async fn an_error_without_its_outer_type_is_read() {
    let body = json!({"error": {"type": "permission_error", "message": "No."}}).to_string();
    let server = Canned::new([crate::canned::answer(403, &[], &body)]).await;
    let error =
        collect_all(server.reader().activities(ActivitiesQuery::default())).await.expect_err("refused");
    assert_eq!(
        (error.kind, error.body.error_type.as_deref()),
        (ErrorKind::Permission, Some("permission_error"))
    );
}

#[tokio::test]
async fn recording_is_read_and_switched() {
    let settings =
        |state: &str| ok(&json!({"type": "compliance_settings", "state": {"type": state}}).to_string());
    let server = Canned::new([settings("enabled"), settings("paused")]).await;
    let writer = server.writer();
    assert!(writer.reader().compliance_settings().await.expect("settings").value.is_enabled());
    let off = compliance_settings::update(&RecordingState::Disabled);
    assert!(!writer.send(off).await.expect("an unknown state").value.is_enabled());
    assert_eq!(server.asked()[1].body, r#"{"state":{"type":"disabled"}}"#);
}
