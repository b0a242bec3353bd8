//! External keys: the files, the live side and the plan, as tables.

use std::collections::BTreeMap;

use bylaws_config::SourceFile;
use bylaws_engine::{ExternalKeyId, Facts, OrganizationId, Plan, WorkspaceId};
use jiff::civil::date;
use serde_json::{Value, json};

use super::objects::ExternalKeys;
use super::{LiveExternalKeys, lists};
use crate::desired::AllowedGeos;
use crate::live::{Live, LiveWorkspace, LiveWorkspaces};
use crate::objects::Objects;
use crate::syntax::Target;
use crate::{Basis, Desired, Loaded, parse, plan, write_single};

const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

fn loaded(text: &str) -> Loaded {
    let text = format!("{HEAD}{text}\n");
    let loaded = parse(vec![SourceFile { name: "bylaws.yaml".to_owned(), text }]);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded
}

fn files(text: &str) -> Desired {
    loaded(text).desired.expect("files without errors")
}

/// Returns an approval of this change.
fn approved(change: &str) -> String {
    if change.is_empty() {
        return String::new();
    }
    format!("guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{change}]}}\n")
}

/// Returns the coordinates of the key with this letter.
fn gcp(letter: &str) -> String {
    format!("gcp: {{key_name: projects/acme/{letter}}}")
}

fn aws(letter: &str) -> String {
    format!("aws: {{kms_arn: \"arn:aws:kms:us-east-1:123456789012:key/{letter}\"}}")
}

/// Returns a key of the service: its id, its name, its place, and whether a workspace uses it.
fn key(id: &str, name: &str, config: &Value, is_attached: bool) -> Value {
    json!({
        "type": "external_key", "id": format!("ekey_{id}"), "display_name": name, "geo": "us",
        "provider_config": config, "user_profile_id": null,
        "attachment": {"type": if is_attached { "attached" } else { "unattached" }},
        "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-01T00:00:00Z",
    })
}

fn on_gcp(letter: &str) -> Value {
    json!({"type": "gcp", "key_name": format!("projects/acme/{letter}")})
}

fn on_aws(letter: &str) -> Value {
    json!({"type": "aws", "kms_arn": format!("arn:aws:kms:us-east-1:123456789012:key/{letter}")})
}

/// Returns an organization with these keys and the workspace `lab`, which may have one of them.
fn live(keys: &[Value], of_lab: Option<&str>) -> Live {
    let lab = LiveWorkspace {
        id: WorkspaceId::new("wrkspc_lab"),
        name: "lab".to_owned(),
        archived: false,
        created_at: None,
        display_color: "#777777".to_owned(),
        tags: BTreeMap::new(),
        workspace_geo: "us".to_owned(),
        allowed_inference_geos: AllowedGeos::Unrestricted,
        default_inference_geo: "global".to_owned(),
        external_key_id: of_lab.map(ExternalKeyId::new),
        user_profile_id: None,
    };
    let keys = keys.iter().map(|key| {
        let key: bylaws_api::ExternalKey = serde_json::from_value(key.clone()).expect("a key");
        lists::live(&key)
    });
    Live {
        workspaces: Some(LiveWorkspaces { all: [(lab.id.clone(), lab)].into(), default: None }),
        external_keys: Some(LiveExternalKeys { keys: keys.collect(), refused: None }),
        ..Live::bare(OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "Acme".to_owned())
    }
}

fn planned(files: &Desired, live: &Live) -> Plan {
    plan(&Basis::new(files, date(2026, 11, 29)), live)
}

/// Returns what is planned, blocked, unlisted and noted, one per line.
fn shown(plan: &Plan) -> Vec<String> {
    let facts = |facts: &Option<Facts>| {
        let facts = facts.iter().flat_map(|facts| &facts.0);
        facts.map(|(field, value)| format!("{field}={value}")).collect::<Vec<_>>().join(" ")
    };
    let changes = plan.changes.iter().map(|change| {
        let classes: Vec<&str> = change.classes.iter().map(|class| class.as_str()).collect();
        let call = crate::remote(change.write.kind).expect("an adapter").call(&change.write);
        let check = call.check.map(|check| format!("{}, then ", check.request)).unwrap_or_default();
        let body = call.body.map(|body| body.to_string()).unwrap_or_default();
        let (before, after) = (facts(&change.before), facts(&change.after));
        let place = "/v1/organizations/";
        let request = format!("{check}{} {} {body}", call.method, call.path).replace(place, "");
        format!("{}: {before} → {after} [{}] {request}", change.id, classes.join(" "))
    });
    let items = [("blocked", &plan.blocked), ("unlisted", &plan.unlisted), ("note", &plan.notes)];
    let items = items.iter().flat_map(|(word, items)| {
        items.iter().map(move |item| format!("{word} {}: {}", item.address, item.reason))
    });
    changes.chain(items).collect()
}

fn check(files: &str, live: &Live, expected: &[&str]) {
    assert_eq!(shown(&planned(&self::files(files), live)), expected, "{files}");
}

#[test]
fn a_key_that_does_not_exist_is_created_before_a_workspace_gets_it() {
    let section = format!("external_keys: {{prod: {{{}, geo: us}}}}\n", gcp("a"));
    let create = "create external_key/prod:  → display_name=prod geo=us \
        provider_config={key_name: projects/acme/a, type: gcp} [other] POST external_keys \
        {\"provider_config\":{\"type\":\"gcp\",\"key_name\":\"projects/acme/a\"},\"display_name\":\"prod\",\"geo\":\"us\"}";
    check(&section, &live(&[], None), &[create]);
    check(&section, &live(&[key("1", "other name", &on_gcp("a"), true)], None), &[]);

    let attach = "update workspace/lab: external_key_id=null → external_key_id=prod (new) [irreversible] \
        POST external_keys/{external_key/prod}/validate, then POST workspaces/wrkspc_lab \
        {\"external_key_id\":\"{external_key/prod}\"}";
    let attached = format!("{section}workspaces: {{lab: {{external_key: prod}}}}\n");
    let with_approval = format!("{attached}{}", approved("update workspace/lab"));
    check(&with_approval, &live(&[], None), &[create, attach]);
    let plan = planned(&files(&with_approval), &live(&[], None));
    assert_eq!(plan.changes[1].depends_on, [plan.changes[0].id.clone()]);

    let blocked = "blocked workspace/lab: attaches the external key `prod (new)`, which is permanent and needs an \
        approval: without the key, the data of the workspace is lost";
    check(&attached, &live(&[], None), &[create, blocked]);
    let plan = planned(&files(&attached), &live(&[], None));
    assert_eq!(plan.blocked[0].approve[0].to_string(), "update workspace/lab");
}

#[test]
fn a_new_workspace_is_created_with_its_key_or_not_at_all() {
    let section = format!("external_keys: {{prod: {{{}}}}}\n", gcp("a"));
    let shop = format!("{section}workspaces: {{shop: {{external_key: prod, members: {{}}}}}}\n");
    let has = |id: Option<&str>| live(&[key("1", "prod", &on_gcp("a"), false)], id);
    let expected = "create workspace/shop:  → external_key_id=prod (ekey_1) name=shop [irreversible] \
        POST external_keys/ekey_1/validate, then POST workspaces {\"name\":\"shop\",\"external_key_id\":\"ekey_1\"}";
    let unlisted = "unlisted workspace/lab: `wrkspc_lab`";
    let note =
        "note workspace/shop: creates a new workspace; to manage `lab` (`wrkspc_lab`) instead, set its `id`";
    check(&format!("{shop}{}", approved("create workspace/shop")), &has(None), &[expected, unlisted, note]);
    let needs = "blocked workspace/shop: attaches the external key `prod (ekey_1)`, which is permanent and needs an \
        approval: without the key, the data of the workspace is lost";
    check(&shop, &has(None), &[needs, unlisted]);
    let mut other = has(None);
    other.external_keys.as_mut().expect("keys").keys[0].user_profile_id = Some("profile_1".to_owned());
    let profile = "blocked workspace/shop: its external key is only for workspaces with the user profile `profile_1`; \
        use a key with the same one";
    check(&shop, &other, &[profile, unlisted]);
}

#[test]
fn what_a_workspace_can_never_have_is_blocked_with_the_reason() {
    let section = format!("external_keys: {{a: {{{}}}, b: {{{}}}}}\n", gcp("a"), gcp("b"));
    let keys = || [key("1", "a", &on_gcp("a"), true), key("2", "b", &on_gcp("b"), false)];
    let lab = |word: &str| {
        let workspaces = format!("workspaces: {{lab: {{external_key: {word}}}}}\n");
        files(&format!("{section}{workspaces}{}", approved("update workspace/lab")))
    };
    let attach = |key: &str| {
        format!(
            "update workspace/lab: external_key_id=null → external_key_id={key} [irreversible] POST \
             external_keys/ekey_2/validate, then POST workspaces/wrkspc_lab {{\"external_key_id\":\"ekey_2\"}}"
        )
    };
    let other = |word: &str| {
        format!(
            "blocked workspace/lab: has the external key `ekey_1`, which can be neither replaced nor detached; \
             `{word}` needs a new workspace"
        )
    };
    for (has, wanted, expected) in [
        (None, "none", String::new()),
        (None, "b", attach("b (ekey_2)")),
        (None, "ekey_2", attach("ekey_2")),
        (
            None,
            "ekey_3",
            "blocked workspace/lab: no live external key has the id `ekey_3`; correct it".to_owned(),
        ),
        (Some("ekey_1"), "a", String::new()),
        (Some("ekey_1"), "ekey_1", String::new()),
        (Some("ekey_1"), "b", other("b")),
        (Some("ekey_1"), "ekey_2", other("ekey_2")),
        (
            Some("ekey_1"),
            "none",
            "blocked workspace/lab: has the external key `ekey_1`, which cannot be detached".to_owned(),
        ),
        // A key that the list does not contain may be attached already.
        (Some("ekey_9"), "ekey_9", String::new()),
    ] {
        let expected: Vec<String> = (!expected.is_empty()).then_some(expected).into_iter().collect();
        assert_eq!(shown(&planned(&lab(wanted), &live(&keys(), has))), expected, "{has:?} → {wanted}");
    }
    for (of_key, of_lab, reason) in [
        (None, Some("p"), "has the user profile `p`, which its external key does not have"),
        (Some("p"), None, "its external key is only for workspaces with the user profile `p`"),
        (Some("p"), Some("q"), "has the user profile `q`, and its external key has `p`"),
        (Some("p"), Some("p"), ""),
    ] {
        let mut live = live(&keys(), None);
        let text = |text: Option<&str>| text.map(str::to_owned);
        live.external_keys.as_mut().expect("keys").keys[1].user_profile_id = text(of_key);
        let workspaces = live.workspaces.as_mut().expect("workspaces").all.values_mut();
        workspaces.for_each(|lab| lab.user_profile_id = text(of_lab));
        let expected = if reason.is_empty() {
            attach("b (ekey_2)")
        } else {
            format!("blocked workspace/lab: {reason}; use a key with the same one")
        };
        assert_eq!(shown(&planned(&lab("b"), &live)), [expected]);
    }
}

#[test]
fn the_region_of_an_arn_and_the_spelling_of_an_address_are_no_difference() {
    let azure = |uri: &str, tenant: &str| json!({"type": "azure", "vault_uri": uri, "tenant_id": tenant, "key_name": "k"});
    for (wanted, has) in [
        (aws("a"), on_aws("a")),
        (aws("a").replace('}', ", region: us-east-1}"), on_aws("a")),
        (
            "azure: {vault_uri: \"https://Keys.example/\", tenant_id: aBc, key_name: k}".to_owned(),
            azure("https://keys.example", "AbC"),
        ),
        (
            "azure: {vault_uri: \"https://keys.example\", tenant_id: abc, key_name: k}".to_owned(),
            azure("https://keys.example/", "abc"),
        ),
    ] {
        check(
            &format!("external_keys: {{a: {{{wanted}}}}}\n"),
            &live(&[key("1", "a", &has, true)], None),
            &[],
        );
    }
}

#[test]
fn only_an_unused_key_gets_another_place_and_with_an_approval() {
    let update = approved("update external_key/old");
    let wanted =
        |place: &str, approved: &str| format!("external_keys: {{a: {{{place}, id: ekey_1}}}}\n{approved}");
    let moved = |has: &str, rest: &str| {
        format!("update external_key/a: provider_config={has} → provider_config={rest}")
    };
    let in_east = |letter: &str| {
        format!("{{kms_arn: arn:aws:kms:us-east-1:123456789012:key/{letter}, region: us-east-1, type: aws}}")
    };
    let sent = |letter: &str| {
        format!(
            "{{kms_arn: arn:aws:kms:us-east-1:123456789012:key/{letter}, type: aws}} [other] POST external_keys/ekey_1 \
             {{\"provider_config\":{{\"type\":\"aws\",\"kms_arn\":\"arn:aws:kms:us-east-1:123456789012:key/{letter}\"}}}}"
        )
    };
    let change = moved(&in_east("a"), &sent("b"));
    let unused = live(&[key("1", "old", &on_aws("a"), false)], None);
    check(&wanted(&aws("b"), &update), &unused, &[&change]);
    let needs = "blocked external_key/a: changes where the key is and needs an approval";
    check(&wanted(&aws("b"), ""), &unused, &[needs]);
    let plan = planned(&files(&wanted(&aws("b"), "")), &unused);
    assert_eq!(
        plan.blocked[0].approve[0].to_string(),
        "update external_key/old",
        "the live name, not the label"
    );

    let used = live(&[key("1", "old", &on_aws("a"), true)], None);
    let reason = "blocked external_key/a: a workspace uses this key, so only its name can be changed; list the other \
        key under a new name";
    check(&wanted(&aws("b"), &update), &used, &[reason]);
    let google = live(&[key("1", "old", &on_gcp("a"), false)], None);
    let reason = "blocked external_key/a: a Google key can never be replaced by another one; list the other one under \
        a new name";
    check(&wanted(&aws("b"), &update), &google, &[reason]);
    check(&wanted(&gcp("b"), &update), &google, &[reason]);
    let unknown = live(&[key("1", "old", &json!({"type": "moon", "at": 1}), false)], None);
    let reason = "blocked external_key/a: is at `{\"type\":\"moon\",\"at\":1}`, which this version does not know and \
        never rewrites";
    check(&wanted(&aws("b"), &update), &unknown, &[reason]);
    check("external_keys: {a: {id: ekey_1}}\n", &unknown, &[]);
    let mut elsewhere = live(&[key("1", "old", &on_aws("a"), false)], None);
    "eu".clone_into(&mut elsewhere.external_keys.as_mut().expect("keys").keys[0].geo);
    let reason = "blocked external_key/a: `geo` is `eu`, which this version does not know and never rewrites; `us` \
        needs a new key";
    check(&wanted(&format!("{}, geo: us", aws("a")), ""), &elsewhere, &[reason]);
    check(&wanted(&aws("a"), ""), &elsewhere, &[]);
}

#[test]
fn a_place_is_replaced_with_the_application_that_the_files_do_not_manage() {
    let place = json!({"type": "azure", "tenant_id": "t", "vault_uri": "https://v", "key_name": "k", "client_id": "c"});
    let wanted = "external_keys: {a: {id: ekey_1, azure: {tenant_id: t, vault_uri: \"https://v\", key_name: other}}}\n";
    let update = approved("update external_key/old");
    let plan = planned(&files(&format!("{wanted}{update}")), &live(&[key("1", "old", &place, false)], None));
    let body =
        crate::remote(plan.changes[0].write.kind).expect("an adapter").call(&plan.changes[0].write).body;
    let mut expected = place;
    expected["key_name"] = json!("other");
    assert_eq!(body, Some(json!({ "provider_config": expected })));
}

#[test]
fn a_key_is_renamed_in_place_and_no_approval_moves_with_the_name() {
    let wanted =
        |name: &str, rest: &str| format!("external_keys: {{a: {{id: ekey_1, name: {name}}}}}\n{rest}");
    let has = || live(&[key("1", "old", &on_aws("a"), true), key("2", "taken", &on_aws("b"), true)], None);
    let unlisted = "unlisted external_key/taken: `ekey_2`, `aws arn:aws:kms:us-east-1:123456789012:key/b`, used by a \
        workspace";
    let renamed = "update external_key/a: display_name=old → display_name=new [other] POST external_keys/ekey_1 \
        {\"display_name\":\"new\"}";
    check(&wanted("new", ""), &has(), &[renamed, unlisted]);
    check(&wanted("old", "unlisted: {external_keys: ignore}\n"), &has(), &[]);
    let taken = "blocked external_key/a: the wanted name `taken` is the name of `ekey_2`; rename that one first, or \
        choose another";
    check(&wanted("taken", ""), &has(), &[taken, unlisted]);
    let plan = planned(&files(&wanted("new", &approved("update external_key/new"))), &has());
    assert!(
        plan.changes.is_empty() && plan.blocked[0].reason.as_str().contains("an approval in force names")
    );
}

#[test]
fn an_entry_that_may_mean_two_keys_is_blocked() {
    let twice = [key("1", "a", &on_gcp("a"), false), key("2", "b", &on_gcp("a"), false)];
    let reason = "blocked external_key/a: 2 live external keys are this key: `ekey_1`, `ekey_2`; set the `id` of the \
        right one";
    let unlisted = |id: &str, name: &str| {
        format!("unlisted external_key/{name}: `ekey_{id}`, `gcp projects/acme/a`, not used")
    };
    let section = format!("external_keys: {{a: {{{}}}}}\n", gcp("a"));
    check(&section, &live(&twice, None), &[reason, &unlisted("1", "a"), &unlisted("2", "b")]);
    let lab = format!("{section}workspaces: {{lab: {{external_key: a}}}}\n");
    let of_lab = "blocked workspace/lab: its external key `a` is blocked";
    check(&lab, &live(&twice, None), &[of_lab, reason, &unlisted("1", "a"), &unlisted("2", "b")]);
    let pinned = format!("external_keys: {{a: {{{}, id: ekey_2}}}}\n", gcp("a"));
    check(&pinned, &live(&twice, None), &[&unlisted("1", "a")]);
    let gone = "blocked external_key/a: no live external key has the id `ekey_3`; correct or delete the id";
    check("external_keys: {a: {id: ekey_3}}\n", &live(&[], None), &[gone]);
    // The other entry moves this key elsewhere.
    let moved = format!("external_keys: {{a: {{{}}}, b: {{{}, id: ekey_1}}}}\n", aws("a"), aws("b"));
    let moved = planned(&files(&moved), &live(&[key("1", "a", &on_aws("a"), false)], None));
    assert_eq!(
        moved.blocked[0].reason.as_str(),
        "`ekey_1` is this key, and another entry has its id; keep one of the two"
    );
}

#[test]
fn a_list_that_was_refused_blocks_the_section_and_nothing_else() {
    let mut refused = live(&[], None);
    refused.external_keys = Some(LiveExternalKeys { keys: Vec::new(), refused: Some("no".into()) });
    let section = "blocked external_keys: not read, so nothing is changed: no";
    let listed = format!("external_keys: {{a: {{{}}}}}\n", gcp("a"));
    let lab = "workspaces: {lab: {external_key: ekey_1, display_color: \"#222222\"}}\n";
    let color = "update workspace/lab: display_color=#777777 → display_color=#222222 [other] POST workspaces/wrkspc_lab \
        {\"display_color\":\"#222222\"}";
    check(&listed, &refused, &[section]);
    check(lab, &refused, &[color, section]);
    check(&format!("{listed}{lab}"), &refused, &[color, section]);
    check("external_keys: {}\n", &refused, &[]);
    check("workspaces: {lab: {external_key: none}}\n", &refused, &[]);
    let shop = planned(&files("workspaces: {lab: {}, shop: {external_key: ekey_1}}\n"), &refused);
    let expected = [
        "blocked workspace/shop: its external key cannot be attached, because the external keys were not read",
        section,
    ];
    assert_eq!(shown(&shop), expected);
}

#[test]
fn an_import_says_what_is_live_even_of_keys_that_files_cannot_place() {
    let keys = [
        key("1", "prod", &on_aws("a"), true),
        key("2", "twice", &on_gcp("a"), true),
        key("3", "twice", &on_gcp("a"), false),
        key("4", "moon", &json!({"type": "moon"}), false),
        key("5", "none", &json!({"type": "aws", "kms_arn": "alias/x"}), false),
    ];
    for (of_lab, expected) in [
        (None, None),
        (Some("ekey_1"), Some("prod")),
        (Some("ekey_3"), Some("key ekey_3")),
        (Some("ekey_9"), Some("ekey_9")),
    ] {
        let live = live(&keys, of_lab);
        let mut desired = files("workspaces: {lab: {}}\n");
        assert!(ExternalKeys.import(&live, None, Target::Organization(&mut desired)).is_empty());
        let label = bylaws_engine::WorkspaceLabel::new("lab");
        let all = desired.workspaces.as_mut().expect("workspaces");
        let open = all.get_mut(&label).expect("lab").open_mut().expect("open");
        let id = WorkspaceId::new("wrkspc_lab");
        assert!(ExternalKeys.import(&live, Some(&id), Target::Workspace(&label, open)).is_empty());
        assert_eq!(
            open.settings.external_key.as_ref().map(|key| key.written().into_owned()).as_deref(),
            expected
        );
        let text = write_single(&desired, &bylaws_config::Notes::new());
        let again = parse(vec![SourceFile { name: "b.yaml".to_owned(), text: text.clone() }]);
        assert!(again.problems.is_empty(), "{:?}", again.problems);
        assert_eq!(again.desired.as_ref(), Some(&desired), "{text}");
        assert_eq!(shown(&planned(&desired, &live)), [""; 0]);
    }
}
