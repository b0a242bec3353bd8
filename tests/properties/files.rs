//! Random files for such an organization, always valid, so that every case leads to a plan.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::organization::{ACCOUNTS, ID, KEYS, MEMBERSHIPS, NAMES, PEOPLE, PLACES};
use crate::world::{TOKEN, World};

/// The files as sections with entries, so that they can be written in any order.
pub(crate) struct Files {
    sections: BTreeMap<&'static str, Vec<String>>,
    fixed: String,
}

/// Returns an environment with a random organization, and random files with loose guards in `files`.
pub(crate) fn world(dice: &mut Dice) -> World {
    let world = World::here(crate::organization::random(dice)).with_token(TOKEN);
    world.write_all("files", &random(dice, true).plain());
    world
}

/// Returns random files. `loose` guards allow nearly every plan.
pub(crate) fn random(dice: &mut Dice, loose: bool) -> Files {
    let mut sections: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut listed = Vec::new();
    if dice.chance(85) {
        let mut members = vec!["  zoe@acme.com: user\n".to_owned()];
        listed.push(("zoe".to_owned(), "user"));
        for (n, name) in PEOPLE.iter().enumerate() {
            if dice.chance(75) {
                let role = dice.pick(&[
                    "user",
                    "developer",
                    "billing",
                    "claude_code_user",
                    "user",
                    "developer",
                    "admin",
                    "none",
                ]);
                members.push(member(name, n, role, dice));
                listed.push(((*name).to_owned(), role));
            }
        }
        sections.insert("members", members);
    } else {
        listed.extend(PEOPLE.iter().map(|name| ((*name).to_owned(), "user")));
    }
    let mut teams = Vec::new();
    for team in ["alpha", "beta"] {
        let people: Vec<String> =
            listed.iter().filter(|_| dice.chance(30)).map(|(name, _)| format!("{name}@acme.com")).collect();
        teams.push(format!("  {team}: [{}]\n", people.join(", ")));
    }
    sections.insert("teams", teams);
    let mut pins = (0..7).collect();
    let (external_keys, mut key_names) = external_keys(&mut dice.fork());
    if !external_keys.is_empty() {
        sections.insert("external_keys", external_keys);
    }
    key_names.extend(["none", "ekey_010"].map(str::to_owned));
    let accounts = service_accounts(&mut dice.fork());
    if let Some(accounts) = &accounts {
        let lines: Vec<String> =
            accounts.iter().map(|(name, entry)| format!("  {name}: {entry}\n")).collect();
        sections.insert("service_accounts", lines);
    }
    let mut open: Option<Vec<String>> = None;
    if dice.chance(90) {
        let mut names: Vec<&str> = NAMES.iter().copied().filter(|_| dice.chance(60)).collect();
        if dice.chance(20) {
            names.push("Default");
        }
        let entries = names.into_iter().enumerate().map(|(n, name)| {
            let text = workspace(name, n, &listed, (&mut pins, &key_names), dice);
            let is_archived = text.ends_with("state: archived\n");
            let members = account_memberships(name, accounts.as_deref(), &mut dice.fork());
            if is_archived { text } else { text + &members }
        });
        let mut entries: Vec<String> = entries.collect();
        let is_open = |entry: &&String| !entry.contains("state: archived\n");
        let labels = entries.iter().filter(is_open).filter_map(|entry| entry.split('"').nth(1));
        open = Some(labels.map(str::to_owned).collect());
        if entries.is_empty() {
            entries.push("  only:\n".to_owned());
        }
        sections.insert("workspaces", entries);
    }
    let names: Option<Vec<&str>> = accounts.as_ref().map(|accounts| {
        accounts.iter().filter(|(_, entry)| !entry.contains("archived")).map(|(name, _)| *name).collect()
    });
    let labels: Option<Vec<&str>> = open.as_ref().map(|open| open.iter().map(String::as_str).collect());
    let federation = crate::federation::files(names.as_deref(), labels.as_deref(), &mut dice.fork());
    if !federation.is_empty() {
        sections.insert("federation", federation);
    }
    if dice.chance(40) {
        sections.insert("api_keys", keys("  ", &mut pins, dice));
    }
    let mut limits = dice.fork();
    let amount = spend_limit(&mut limits);
    let has_section = amount.is_none() && limits.chance(20);
    if let Some(amount) = amount {
        sections.insert("spend_limits", vec![format!("  organization: {amount}\n")]);
    }
    let policy = |dice: &mut Dice| dice.pick(&["ignore", "report", "remove"]);
    let mut fixed = format!("bylaws: 1\norganization:\n  id: {ID}\nunlisted:\n");
    for kind in ["members", "workspace_members", "api_keys"] {
        fixed += &format!("  {kind}: {}\n", policy(dice));
    }
    fixed += &format!("  rate_limits: {}\n", policy(&mut dice.fork()));
    fixed += &format!("  service_accounts: {}\n", policy(&mut dice.fork()));
    fixed += &format!("  federation: {}\n", dice.fork().pick(&["ignore", "report"]));
    fixed += &format!("  workspaces: {}\n", dice.pick(&["ignore", "report"]));
    if has_section {
        fixed += "spend_limits: {}\n";
    }
    fixed += &guards(dice, loose);
    Files { sections, fixed }
}

fn member(name: &str, n: usize, role: &str, dice: &mut Dice) -> String {
    let email = if dice.chance(10) {
        format!("{}@ACME.com", name.to_uppercase())
    } else {
        format!("{name}@acme.com")
    };
    let held = role == "admin";
    match dice.below(10) {
        0 if !held => format!("  {email}: {{role: {role}, until: 2026-11-1{}}}\n", dice.below(9)),
        1 if !held => format!("  {email}: {{role: {role}, until: 2026-12-0{}}}\n", 1 + dice.below(9)),
        2 => format!("  {email}:\n    role: {role}\n    id: user_01{n}\n"),
        _ => format!("  {email}: {role}\n"),
    }
}

fn workspace(
    name: &str,
    n: usize,
    listed: &[(String, &str)],
    (pins, key_names): (&mut Vec<usize>, &[String]),
    dice: &mut Dice,
) -> String {
    let mut text = format!("  \"{name}\":\n");
    let is_default = name == "Default";
    if dice.chance(10) && !is_default {
        return text + "    state: archived\n";
    }
    if dice.chance(15) && !is_default {
        text += &format!("    id: wrkspc_01{n}\n");
        if dice.chance(40) {
            text += &format!("    name: renamed {n}\n");
        }
    }
    if dice.chance(30) {
        text += &format!("    display_color: \"{}\"\n", dice.pick(&["#6C5BB9", "#112233"]));
    }
    if dice.chance(30) {
        text += dice.pick(&[
            "    tags: {}\n",
            "    tags: {env: prod}\n",
            "    tags: {team: \"a b\", tier: \"1\"}\n",
        ]);
    }
    if dice.chance(20) {
        text += dice.pick(&[
            "    data_residency: {allowed_inference_geos: [us], default_inference_geo: us}\n",
            "    data_residency: {default_inference_geo: global}\n",
            "    data_residency: {workspace_geo: us, allowed_inference_geos: unrestricted}\n",
        ]);
    }
    if dice.chance(70) && !is_default {
        text += &memberships(listed, dice);
    }
    if dice.chance(35) {
        text += "    api_keys:\n";
        text += &keys("      ", pins, dice).concat();
    }
    if !is_default {
        text += &rate_limits(&mut dice.fork());
        let mut of_key = dice.fork();
        if of_key.chance(30) {
            text += &format!("    external_key: {}\n", key_names[of_key.below(key_names.len())]);
        }
        let amount = spend_limit(&mut dice.fork());
        text += &amount.map_or_else(String::new, |amount| format!("    spend_limit: {amount}\n"));
    }
    text
}

/// Returns the entries of the section, or none, with their names.
fn external_keys(dice: &mut Dice) -> (Vec<String>, Vec<String>) {
    let (mut entries, mut names) = (Vec::new(), Vec::new());
    if dice.chance(50) {
        return (entries, names);
    }
    for (n, place) in PLACES.iter().enumerate() {
        let entry = match dice.below(5) {
            0 => format!("{{{place}}}"),
            1 => format!("{{{place}, geo: us}}"),
            2 => format!("{{id: ekey_01{n}}}"),
            3 => format!("{{id: ekey_01{n}, name: renamed {n}}}"),
            _ => continue,
        };
        entries.push(format!("  k{n}: {entry}\n"));
        names.push(format!("k{n}"));
    }
    (entries, names)
}

/// Returns the entries of service accounts by name, or `None` for no section.
fn service_accounts(dice: &mut Dice) -> Option<Vec<(&'static str, &'static str)>> {
    if dice.chance(40) {
        return None;
    }
    let entry = |dice: &mut Dice| {
        dice.pick(&[
            "{}",
            "{description: runs at night}",
            "{description: ''}",
            "{role: developer}",
            "{role: admin, description: \"x: y\"}",
            "{state: archived}",
        ])
    };
    let mut listed: Vec<_> = ACCOUNTS.into_iter().filter(|_| dice.chance(60)).collect();
    listed.push("brand-new");
    Some(listed.into_iter().map(|name| (name, entry(dice))).collect())
}

/// Returns the section of a workspace, or nothing. `listed` are the accounts of the files.
fn account_memberships(workspace: &str, listed: Option<&[(&str, &str)]>, dice: &mut Dice) -> String {
    if dice.chance(55) {
        return String::new();
    }
    let mut lines = String::new();
    for name in ACCOUNTS.into_iter().chain(["brand-new"]) {
        if dice.chance(50) {
            continue;
        }
        let entry = listed.map(|listed| listed.iter().find(|(known, _)| *known == name));
        let is_archived = entry.flatten().is_some_and(|(_, entry)| entry.contains("archived"));
        let role = match (is_archived, workspace == "Default", dice.below(6)) {
            (true, true, _) => continue,
            (true, false, _) | (false, false, 0) => "none",
            _ => dice.pick(&MEMBERSHIPS),
        };
        if entry != Some(None) {
            lines += &format!("      {name}: {role}\n");
        }
    }
    if lines.is_empty() {
        "    service_accounts: {}\n".to_owned()
    } else {
        format!("    service_accounts:\n{lines}")
    }
}

fn spend_limit(dice: &mut Dice) -> Option<String> {
    dice.chance(40)
        .then(|| dice.pick(&["100 USD", "50.50 USD", "2000 USD", "0 USD", "none", "100 EUR"]).to_owned())
}

/// Returns the section of a workspace, or nothing. Some limiters are unknown to the organization, some are 0.
fn rate_limits(dice: &mut Dice) -> String {
    if dice.chance(60) {
        return String::new();
    }
    let mut text = "    rate_limits:\n".to_owned();
    for (name, limiters) in [
        (
            dice.pick(&["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"]),
            &["requests_per_minute", "output_tokens_per_minute", "tokens_per_day"][..],
        ),
        ("batch", &["requests_per_minute"]),
        ("files", &["requests_per_minute"]),
    ] {
        let mut asked = Vec::new();
        for limiter in limiters {
            match dice.below(100) {
                0..30 => {}
                30..50 => asked.push(format!("{limiter}: inherit")),
                _ => asked.push(format!("{limiter}: {}", 10 * dice.below(110))),
            }
        }
        if !asked.is_empty() {
            text += &format!("      {name}: {{{}}}\n", asked.join(", "));
        }
    }
    if text.ends_with("rate_limits:\n") { "    rate_limits: {}\n".to_owned() } else { text }
}

fn memberships(listed: &[(String, &str)], dice: &mut Dice) -> String {
    let mut lines = Vec::new();
    for (name, role) in listed {
        if !dice.chance(45) {
            continue;
        }
        let membership = match (*role, dice.below(8)) {
            ("billing", 0..3) => "workspace_billing",
            (_, 3) => "none",
            _ => dice.pick(&MEMBERSHIPS),
        };
        let until = match dice.below(8) {
            0 => format!("{{role: {membership}, until: 2026-10-0{}}}", 1 + dice.below(9)),
            1 => format!("{{role: {membership}, until: 2026-11-2{}}}", 2 + dice.below(8)),
            _ => membership.to_owned(),
        };
        lines.push(format!("      {name}@acme.com: {until}\n"));
    }
    let mut text = if lines.is_empty() {
        "    members: {}\n".to_owned()
    } else {
        format!("    members:\n{}", lines.concat())
    };
    if dice.chance(50) {
        text += &format!("    teams:\n      alpha: {}\n", dice.pick(&MEMBERSHIPS));
        if dice.chance(50) {
            text += &format!("      beta: {}\n", dice.pick(&MEMBERSHIPS));
        }
    }
    text
}

/// Returns the entries of a scope. `pins` are the ids that no entry has yet.
fn keys(indent: &str, pins: &mut Vec<usize>, dice: &mut Dice) -> Vec<String> {
    let mut lines = Vec::new();
    let mut pinned = dice.fork();
    for name in KEYS {
        if dice.chance(50) || lines.is_empty() {
            let status = dice.pick(&["active", "active", "inactive", "archived"]);
            let key = if pins.is_empty() || !pinned.chance(30) {
                status.to_owned()
            } else {
                let id = pins.remove(pinned.below(pins.len()));
                let name = match pinned.below(4) {
                    0 => String::new(),
                    1 => format!(", name: {}", pinned.pick(&KEYS)),
                    _ => format!(", name: \"{}\"", pinned.pick(&["x: y", "2026", "renamed"])),
                };
                format!("{{status: {status}, id: apikey_01{id}{name}}}")
            };
            lines.push(format!("{indent}{name}: {key}\n"));
        }
    }
    lines
}

fn guards(dice: &mut Dice, loose: bool) -> String {
    let mut text = "guards:\n".to_owned();
    if loose {
        text += "  access_loss: {max: 1000, share: 100%}\n  keys_off: {max: 1000}\n  invites: {max: 1000}\n";
    } else {
        text += "  invites: {max: 25}\n";
    }
    if dice.chance(60) {
        text += "  approve:\n    - until: 2026-12-10\n      reason: tried out\n      changes:\n";
        for name in NAMES {
            let name = name.replace('%', "%25").replace('/', "%2F").replace(' ', "%20");
            text += &format!("        - archive workspace/{name}\n");
            for action in ["create", "update"] {
                text += &format!("        - {action} workspace/{name}\n");
            }
            for action in ["update", "remove"] {
                text += &format!("        - {action} workspace/{name}/spend_limit\n");
            }
            for limit in ["batch", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929"] {
                text += &format!("        - update workspace/{name}/rate_limit/{limit}\n");
            }
            for key in KEYS {
                text += &format!("        - update workspace/{name}/api_key/{}\n", key.replace(' ', "%20"));
            }
        }
        for name in ACCOUNTS {
            for action in ["create", "update", "archive"] {
                text += &format!("        - {action} service_account/{name}\n");
            }
        }
        for pair in crate::federation::approvals() {
            text += &format!("        - {pair}\n");
        }
        for name in PEOPLE {
            text += &format!("        - invite invite/{name}@acme.com\n");
        }
    }
    text
}

impl Files {
    /// Returns one file, in the order of creation.
    pub(crate) fn plain(&self) -> Vec<(String, String)> {
        let mut text = self.fixed.clone();
        for (section, entries) in &self.sections {
            text += &format!("{section}:\n{}", entries.concat());
        }
        vec![("bylaws.yaml".to_owned(), text)]
    }

    /// Returns the same entries in another order, in several files and folders.
    pub(crate) fn shuffled(&self, dice: &mut Dice) -> Vec<(String, String)> {
        let mut files = vec![("zz.yaml".to_owned(), self.fixed.clone())];
        for (section, entries) in &self.sections {
            let mut entries = entries.clone();
            dice.shuffle(&mut entries);
            let cut = dice.below(entries.len());
            for (n, part) in [&entries[..cut], &entries[cut..]].into_iter().enumerate() {
                if !part.is_empty() {
                    let name = format!("{}/{section}{n}.yml", dice.pick(&["a", "b", "c"]));
                    files.push((name, format!("# moved\n\n{section}:\n{}", part.concat())));
                }
            }
        }
        files
    }
}
