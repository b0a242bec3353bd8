//! Every field of the limits, service accounts, keys, issuers and rules, each changed in both directions: the class of
//! its change, and whether it waits for an approval. Each row starts in sync.

mod organization;

use std::collections::BTreeMap;

use organization::{FILES, organization};
use serde_json::Value;

use crate::world::{ACME, TOKEN, World};

/// What is edited, as `FROM >> TO`, several joined by ` ++ `; and what the plan then contains, as
/// `ACTION ADDRESS [CLASSES]`, several joined by `; `. A `!` at the end: only with an
/// approval; `+`: only together with one that is approved.
type Step = (&'static str, &'static str);

const LIMITS: &[Step] = &[
    ("organization: 20000 USD >> organization: 20000.01 USD", "update organization/spend_limit [money]!"),
    ("organization: 20000 USD >> organization: 900000 USD", "update organization/spend_limit [money]!"),
    ("organization: 20000 USD >> organization: 19999.99 USD", "update organization/spend_limit [throttle]"),
    ("organization: 20000 USD >> organization: 0 USD", "update organization/spend_limit [throttle]!"),
    ("organization: 20000 USD >> organization: none", "remove organization/spend_limit [money]!"),
    ("spend_limit: 5000 USD >> spend_limit: 5001 USD", "update workspace/lab/spend_limit [money]!"),
    ("spend_limit: 5000 USD >> spend_limit: 4999 USD", "update workspace/lab/spend_limit [throttle]"),
    ("spend_limit: 5000 USD >> spend_limit: 0 USD", "update workspace/lab/spend_limit [throttle]!"),
    ("spend_limit: 5000 USD >> spend_limit: none", "remove workspace/lab/spend_limit [money]!"),
    ("  main:\n >>   main:\n    spend_limit: 700 USD\n", "update workspace/main/spend_limit [throttle]"),
    ("  main:\n >>   main:\n    spend_limit: 0 USD\n", "update workspace/main/spend_limit [throttle]!"),
    (
        "batch: {requests_per_minute: 50} >> batch: {requests_per_minute: 51}",
        "update workspace/lab/rate_limit/batch [raise]",
    ),
    (
        "batch: {requests_per_minute: 50} >> batch: {requests_per_minute: 49}",
        "update workspace/lab/rate_limit/batch [throttle]",
    ),
    (
        "batch: {requests_per_minute: 50} >> batch: {requests_per_minute: 0}",
        "update workspace/lab/rate_limit/batch [throttle]!",
    ),
    (
        "batch: {requests_per_minute: 50} >> batch: {requests_per_minute: inherit}",
        "update workspace/lab/rate_limit/batch [raise]",
    ),
    (
        "requests_per_minute: 1000 >> requests_per_minute: 999",
        "update workspace/lab/rate_limit/claude-a [throttle]",
    ),
    (
        "requests_per_minute: 1000 >> requests_per_minute: 4001",
        "update workspace/lab/rate_limit/claude-a [raise]",
    ),
    (
        "output_tokens_per_minute: 2000 >> output_tokens_per_minute: 0",
        "update workspace/lab/rate_limit/claude-a [throttle]!",
    ),
    ("tokens_per_day: inherit >> tokens_per_day: 0", "update workspace/lab/rate_limit/claude-a [throttle]!"),
    (
        "tokens_per_day: inherit >> tokens_per_day: 89999",
        "update workspace/lab/rate_limit/claude-a [throttle]",
    ),
    (
        "requests_per_minute: 1000 >> requests_per_minute: 0 ++ output_tokens_per_minute: 2000 >> output_tokens_per_minute: 3000",
        "update workspace/lab/rate_limit/claude-a [raise throttle]!",
    ),
    (
        "  main:\n >>   main:\n    rate_limits: {batch: {requests_per_minute: 1}}\n",
        "update workspace/main/rate_limit/batch [throttle]",
    ),
    (
        "  main:\n >>   main:\n    rate_limits: {batch: {requests_per_minute: 0}}\n",
        "update workspace/main/rate_limit/batch [throttle]!",
    ),
];

const ACCOUNTS: &[Step] = &[
    ("  bot: {}\n >>   bot: {}\n  new: {description: x}\n", "create service_account/new [other]"),
    ("  bot: {}\n >>   bot: {}\n  new: {role: developer}\n", "create service_account/new [other]"),
    ("  bot: {}\n >>   bot: {}\n  new: {role: admin}\n", "create service_account/new [grant raise]!"),
    ("role: developer >> role: admin", "update service_account/ci [grant raise]!"),
    ("role: admin} >> role: developer}", "update service_account/boss [access_loss]"),
    ("description: deploys, >> description: builds,", "update service_account/ci [other]"),
    (
        "description: deploys, role: developer >> description: builds, role: admin",
        "update service_account/ci [grant raise]!",
    ),
    (
        "idle: {description: unused} >> idle: {state: archived}",
        "archive service_account/idle [access_loss irreversible]!",
    ),
    (
        "boss: {role: admin} >> boss: {state: archived}",
        "archive service_account/boss [access_loss irreversible]!",
    ),
    (
        "ci: workspace_developer, >> ci: workspace_developer, idle: workspace_user,",
        "create workspace/lab/service_account/idle [grant]",
    ),
    (
        "ci: workspace_developer, >> ci: workspace_developer, idle: workspace_admin,",
        "create workspace/lab/service_account/idle [grant]",
    ),
    ("ci: workspace_developer, >> ci: workspace_admin,", "update workspace/lab/service_account/ci [raise]"),
    (
        "ci: workspace_developer, >> ci: workspace_user,",
        "update workspace/lab/service_account/ci [access_loss]",
    ),
    (
        "ci: workspace_developer, >> ci: workspace_restricted_developer,",
        "update workspace/lab/service_account/ci [access_loss]",
    ),
    ("bot: workspace_user >> bot: workspace_developer", "update workspace/main/service_account/bot [raise]"),
    (
        "ci: workspace_restricted_developer >> ci: workspace_developer",
        "update workspace/main/service_account/ci [raise]",
    ),
    (
        "ci: workspace_restricted_developer >> ci: none",
        "remove workspace/main/service_account/ci [access_loss]",
    ),
];

const KEYS: &[Step] = &[
    ("  free: >>   new: {gcp: {key_name: projects/acme/new}}\n  free:", "create external_key/new [other]"),
    ("aws: {id: ekey_aws, >> aws: {id: ekey_aws, name: renamed,", "update external_key/aws [other]"),
    ("key/a\"}} >> key/b\"}}", "update external_key/aws [other]!"),
    ("  main:\n >>   main:\n    external_key: free\n", "update workspace/main [irreversible]!"),
    ("off: inactive >> off: active", "update workspace/lab/api_key/off [keys_on]!"),
    ("ci: active >> ci: archived", "update workspace/lab/api_key/ci [keys_off irreversible]!"),
    ("off: inactive >> off: archived", "update workspace/lab/api_key/off [irreversible]!"),
    ("ci: active >> ci: inactive", "update workspace/lab/api_key/ci [keys_off]"),
];

const RULES: &[Step] = &[
    ("environment:production >> environment:*", "update federation_rule/deploy [widen]!"),
    (
        "subject: repo:acme/robot:environment:production >> subject: repo:acme/*",
        "update federation_rule/deploy [widen]!",
    ),
    (
        "subject: repo:acme/robot:environment:production >> subject: \"*\"",
        "update federation_rule/deploy [widen]!",
    ),
    (
        "        subject: repo:acme/robot:environment:production\n >> ",
        "update federation_rule/deploy [widen]!",
    ),
    ("environment:production >> environment:staging", "update federation_rule/deploy [access_loss widen]!"),
    ("subject: build:* >> subject: bu*", "update federation_rule/build [widen]!"),
    ("subject: build:* >> subject: build:main:*", "update federation_rule/build [access_loss]"),
    ("subject: build:* >> subject: build:main", "update federation_rule/build [access_loss]"),
    ("        audience: https://api.anthropic.com\n >> ", "update federation_rule/deploy [widen]!"),
    (
        "audience: https://api.anthropic.com >> audience: https://acme.com",
        "update federation_rule/deploy [access_loss widen]!",
    ),
    (
        "{subject: build:*, >> {subject: build:*, audience: claude,",
        "update federation_rule/build [access_loss]",
    ),
    (
        "{repository_id: \"81\"} >> {repository_id: \"82\"}",
        "update federation_rule/deploy [access_loss widen]!",
    ),
    (
        "{repository_id: \"81\"} >> {repository_owner_id: \"81\"}",
        "update federation_rule/deploy [access_loss widen]!",
    ),
    ("        claims: {repository_id: \"81\"}\n >> ", "update federation_rule/deploy [widen]!"),
    (
        "{repository_id: \"81\"} >> {repository_id: \"81\", ref: main}",
        "update federation_rule/deploy [access_loss]",
    ),
    ("{team: core, branch: main} >> {team: core}", "update federation_rule/build [widen]!"),
    ("claims: {team: core, branch: main}, >> ", "update federation_rule/build [widen]!"),
    (", condition: claims.pipeline == '7' >> ", "update federation_rule/build [widen]!"),
    ("claims.pipeline == '7' >> claims.pipeline == '8'", "update federation_rule/build [access_loss widen]!"),
    (
        "claims.pipeline == '7' >> claims.pipeline == '7' && claims.x == '1'",
        "update federation_rule/build [access_loss widen]!",
    ),
    (
        "claims.pipeline == '7' >> claims.pipeline == '7' || claims.x == '1'",
        "update federation_rule/build [access_loss widen]!",
    ),
    (
        "{repository_id: \"81\"} >> {repository_id: \"81\"}\n        condition: claims.x == '1'",
        "update federation_rule/deploy [access_loss]",
    ),
    ("service_account: bot\n >> service_account: ci\n", "update federation_rule/build [access_loss widen]!"),
    (
        "scope: workspace:inference\n >> scope: workspace:developer\n",
        "update federation_rule/deploy [widen]!",
    ),
    (
        "scope: workspace:inference\n >> scope: [workspace:inference, workspace:developer]\n",
        "update federation_rule/deploy [widen]!",
    ),
    (
        "[workspace:inference, workspace:developer] >> workspace:inference",
        "update federation_rule/build [access_loss]",
    ),
    (
        "[workspace:inference, workspace:developer] >> workspace:developer",
        "update federation_rule/build [other]",
    ),
    (
        "scope: workspace:developer\n >> scope: workspace:inference\n",
        "update federation_rule/everywhere [access_loss]",
    ),
    ("token_lifetime: 30m >> token_lifetime: 1801s", "update federation_rule/build [widen]!"),
    ("token_lifetime: 30m >> token_lifetime: 24h", "update federation_rule/build [widen]!"),
    ("token_lifetime: 30m >> token_lifetime: 1799s", "update federation_rule/build [access_loss]"),
    ("workspaces: [lab, main] >> workspaces: all", "update federation_rule/build [widen]!"),
    (
        "workspaces: [lab]\n >> workspaces: [lab, main]\n",
        "create federation_rule/deploy/workspace/main [widen]!",
    ),
    (
        "workspaces: [lab, main] >> workspaces: [lab]",
        "remove federation_rule/build/workspace/main [access_loss]",
    ),
    (
        "workspaces: [lab]\n >> workspaces: [main]\n",
        "create federation_rule/deploy/workspace/main [widen]!; remove federation_rule/deploy/workspace/lab [access_loss]+",
    ),
    ("      description: deploys\n >>       description: builds\n", "update federation_rule/deploy [other]"),
    ("id: fdrl_build\n >> id: fdrl_build\n      name: renamed\n", "update federation_rule/build [other]"),
    (
        "    everywhere:\n >>     new: {issuer: own, match: {subject: new, audience: claude}, service_account: ci, \
         scope: workspace:inference, workspaces: [lab]}\n    everywhere:\n",
        "create federation_rule/new [widen]!",
    ),
    (
        "    everywhere:\n >>     new: {issuer: own, match: {subject: new, audience: claude}, service_account: ci, \
         scope: workspace:inference, workspaces: [lab, main]}\n    everywhere:\n",
        "create federation_rule/new [widen]!; create federation_rule/new/workspace/main [widen]!",
    ),
];

const ISSUERS: &[Step] = &[
    (
        "https://token.actions.githubusercontent.com >> https://ci2.acme.com",
        "update federation_issuer/github [access_loss widen]!",
    ),
    (
        "jwks: discovery >> jwks: {discovery_base: https://ci.acme.com}",
        "update federation_issuer/github [access_loss widen]!",
    ),
    (
        "jwks: discovery >> jwks: {explicit_url: https://ci.acme.com/keys}",
        "update federation_issuer/github [access_loss widen]!",
    ),
    ("jwks: discovery >> jwks: {ca_cert: PEM}", "update federation_issuer/github [access_loss widen]!"),
    ("x: AQ >> x: Ag", "update federation_issuer/own [access_loss widen]!"),
    ("kid: a, >> kid: b,", "update federation_issuer/own [access_loss widen]!"),
    (
        "y: Ag}] >> y: Ag}, {kty: EC, kid: b, crv: P-256, x: AQ, y: Ag}]",
        "update federation_issuer/own [access_loss widen]!",
    ),
    (
        "https://url.acme.com/keys >> https://url.acme.com/other",
        "update federation_issuer/url [access_loss widen]!",
    ),
    (", ca_cert: PEM >> ", "update federation_issuer/url [access_loss widen]!"),
    ("ca_cert: PEM >> ca_cert: OTHER", "update federation_issuer/url [access_loss widen]!"),
    ("check_jti: true >> check_jti: false", "update federation_issuer/github [widen]!"),
    ("check_jti: false >> check_jti: true", "update federation_issuer/own [access_loss]"),
    ("max_jwt_lifetime: 15m >> max_jwt_lifetime: 901s", "update federation_issuer/github [widen]!"),
    ("max_jwt_lifetime: 15m >> max_jwt_lifetime: 49h", "update federation_issuer/github [widen]!"),
    ("max_jwt_lifetime: 2h >> max_jwt_lifetime: 7199s", "update federation_issuer/own [access_loss]"),
    ("id: fdis_own\n >> id: fdis_own\n      name: renamed\n", "update federation_issuer/own [other]"),
    (
        "    spare: >>     new: {issuer_url: https://new.acme.com}\n    spare:",
        "create federation_issuer/new [other]",
    ),
    (
        "spare: {issuer_url: https://spare.acme.com} >> spare: {state: archived}",
        "archive federation_issuer/spare [access_loss irreversible]!",
    ),
];

fn files(edit: &str, approved: &[&str]) -> String {
    let mut text = format!("bylaws: 1\norganization: {{id: {ACME}}}\n{FILES}");
    for (from, to) in edit.split(" ++ ").map(|edit| edit.split_once(" >> ").expect("FROM >> TO")) {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    if !approved.is_empty() {
        let changes = approved.join(", ");
        text += &format!(
            "guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{changes}]}}\n"
        );
    }
    text
}

/// Returns the changes of a plan with their classes, and what is blocked with the lines that would approve it.
fn planned(world: &World, text: &str) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    world.write("bylaws.yaml", text);
    let ran = world.run("plan --format json");
    if ran.out.is_empty() {
        let errors: String = ran.err.lines().filter(|line| line.starts_with("error")).collect();
        return (BTreeMap::from([("no plan".to_owned(), errors)]), BTreeMap::new());
    }
    let plan = ran.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let joined = |list: &Value, by: &str| {
        let words: Vec<String> =
            list.as_array().map(|list| list.iter().map(text).collect()).unwrap_or_default();
        words.join(by)
    };
    let list = |key: &str| plan[key].as_array().cloned().unwrap_or_default();
    let changes =
        list("changes").into_iter().map(|change| (text(&change["id"]), joined(&change["classes"], " ")));
    let blocked =
        list("blocked").into_iter().map(|item| (text(&item["address"]), joined(&item["approve"], ", ")));
    (changes.collect(), blocked.collect())
}

/// A change that a row expects: its id, its classes and the mark at its end.
fn step(text: &str) -> (&str, &str, &str) {
    let (id, rest) = text.split_once(" [").expect("ACTION ADDRESS [CLASSES]");
    let (classes, mark) = rest.split_once(']').expect("a closing bracket");
    (id, classes, mark)
}

#[test]
fn each_step_has_its_class_and_each_dangerous_one_waits_for_an_approval() {
    let world = World::here(organization()).with_token(TOKEN);
    assert_eq!(planned(&world, &files("bylaws: 1 >> bylaws: 1", &[])), Default::default(), "in sync");
    let all = [LIMITS, ACCOUNTS, KEYS, RULES, ISSUERS].concat();
    let mut wrong = Vec::new();
    for (edit, expected) in &all {
        let steps: Vec<_> = expected.split("; ").map(step).collect();
        let wanted = |marks: &[&str]| -> BTreeMap<String, String> {
            let wanted = steps.iter().filter(|(.., mark)| marks.contains(mark));
            wanted.map(|(id, classes, _)| ((*id).to_owned(), (*classes).to_owned())).collect()
        };
        let approved: Vec<&str> = steps.iter().filter(|step| step.2 == "!").map(|step| step.0).collect();
        let (changes, blocked) = planned(&world, &files(edit, &[]));
        let waits: Vec<String> = blocked.into_values().collect();
        if changes != wanted(&[""]) || waits.join(", ") != approved.join(", ") {
            wrong.push(format!("{edit}: {changes:?}, blocked {waits:?}"));
        }
        let (changes, blocked) = planned(&world, &files(edit, &approved));
        if changes != wanted(&["", "!", "+"]) || !blocked.is_empty() {
            wrong.push(format!("{edit}, approved: {changes:?}, blocked {blocked:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
