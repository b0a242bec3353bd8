//! `bylaws access` equals an independent, simple computation, for random organizations and files.

mod model;
mod naive;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::model::Files;
use self::naive::{Access, Because, Grant, Person, Place, strength};
use crate::dice::Dice;
use crate::story::{Told, holds};
use crate::world::{Ran, World};

const TODAY: &str = "2026-11-21";

/// Runs a command that reads nothing from the service, and returns its document.
fn document(world: &World, args: &[&str]) -> Result<Value, String> {
    let ran = world.run_args(args);
    let asked = world.take_ledger();
    holds(ran.code == 0, || told(world, args, &ran))?;
    holds(asked.is_empty(), || format!("{args:?} asked {asked:?}"))?;
    serde_json::from_str(&ran.out).map_err(|error| format!("{error}{}", told(world, args, &ran)))
}

fn told(world: &World, args: &[&str], ran: &Ran) -> String {
    format!("{args:?} ended with {}\n{}\n{}\n{}", ran.code, ran.err, ran.out, world.show("files"))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Converts the document to a map. No person and no workspace may occur twice.
fn read(document: &Value) -> Result<Access, String> {
    let mut access = Access::new();
    for person in document["people"].as_array().ok_or("no people")? {
        let mut grants = BTreeMap::new();
        for grant in person["access"].as_array().ok_or("no access")? {
            let place: Place = (text(&grant["workspace"]).ok_or("no name")?, text(&grant["workspace_id"]));
            let because = grant["because"].as_array().ok_or("no reasons")?.iter();
            let because: Option<Vec<Because>> = because
                .map(|one| Some((text(&one["source"])?, text(&one["name"]), text(&one["role"])?)))
                .collect();
            let grant = Grant {
                role: text(&grant["role"]).ok_or("no role")?,
                because: because.ok_or("a reason without a source or role")?,
            };
            holds(grants.insert(place, grant).is_none(), || format!("a grant twice: {person:#}"))?;
        }
        let standing = match person["standing"].as_str() {
            Some("member") => "member",
            Some("invited") => "invited",
            Some("stranger") => "stranger",
            other => return Err(format!("standing {other:?}")),
        };
        let teams: Option<Vec<String>> =
            person["teams"].as_array().ok_or("no teams")?.iter().map(text).collect();
        let entry = Person {
            user_id: text(&person["user_id"]),
            standing,
            role: text(&person["role"]),
            teams: teams.ok_or("a team that is no text")?,
            access: grants,
        };
        let who = text(&person["who"]).ok_or("nobody")?;
        holds(access.insert(who, entry).is_none(), || format!("somebody twice: {person:#}"))?;
    }
    Ok(access)
}

fn same(expected: &Access, found: &Access) -> Told {
    let all: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    for who in all {
        let (expected, found) = (expected.get(who), found.get(who));
        holds(expected == found, || {
            let (mut expected, mut found) = (expected.cloned(), found.cloned());
            if let (Some(expected), Some(found)) = (&mut expected, &mut found) {
                let (was, is) = (expected.access.clone(), found.access.clone());
                expected.access.retain(|place, grant| is.get(place) != Some(grant));
                found.access.retain(|place, grant| was.get(place) != Some(grant));
            }
            format!("{who}\nexpected {expected:?}\nfound    {found:?}")
        })?;
    }
    Ok(())
}

fn stage(world: &World, live: &Value, files: &Files, dice: &mut Dice) -> Told {
    world.begin(live)?;
    world.write("files/bylaws.yaml", &files.yaml(dice));
    world.write("live.json", &live.to_string());
    Ok(())
}

fn why<'a>(world: &'a World, live: &'a Value) -> impl Fn(String) -> String + 'a {
    move |why| format!("{why}\n{}\n{live:#}", world.show("files"))
}

/// Checks live state with the reasons of the files, live state without files, and every filter.
pub(crate) fn live(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0xACCE);
    let live = model::live(&mut dice);
    let files = model::random(&mut dice, &live);
    stage(world, &live, &files, &mut dice)?;
    let why = why(world, &live);

    let args = ["access", "files", "--live", "live.json", "--format", "json"];
    let whole = document(world, &args)?;
    let expected = naive::of_live(&live, Some(&files), TODAY);
    same(&expected, &read(&whole)?).map_err(&why)?;
    holds(whole["state"]["day"] == TODAY && whole["not_seen"] == json!([]), || format!("{whole:#}"))?;
    places(&whole, &live).map_err(&why)?;
    filters(world, &args, &whole, &mut dice).map_err(&why)?;

    let plain = document(world, &["access", "--live", "live.json", "--format", "json"])?;
    same(&naive::of_live(&live, None, TODAY), &read(&plain)?).map_err(|text| why(format!("no files\n{text}")))
}

/// Checks that all open workspaces are shown, and no others.
fn places(whole: &Value, live: &Value) -> Told {
    let ids = |value: &Value| -> BTreeSet<(String, String)> {
        let open = value["workspaces"].as_array().unwrap().iter();
        let open = open.filter(|workspace| workspace.get("archived_at").is_none());
        open.filter_map(|workspace| Some((text(&workspace["id"])?, text(&workspace["name"])?))).collect()
    };
    let count = whole["workspaces"].as_array().map_or(0, Vec::len);
    holds(ids(whole) == ids(live) && count == ids(live).len(), || format!("{:#}", whole["workspaces"]))
}

/// Checks what the files ask for on a date.
pub(crate) fn files(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0xF11E);
    let live = model::live(&mut dice);
    let mut files = model::random(&mut dice, &live);
    if files.members.is_none() {
        // Without the section nobody is known to be a member.
        files = model::random(&mut dice, &live);
    }
    stage(world, &live, &files, &mut dice)?;
    let day = dice.pick(&[TODAY, "2026-11-19", "2026-11-20", "2026-11-22", "2026-11-23", "2027-02-02"]);
    let args = ["access", "files", "--files", "--now", day, "--format", "json"];
    let whole = document(world, &args)?;
    if files.members.is_none() {
        return Ok(());
    }
    same(&naive::of_files(&files, day), &read(&whole)?)
        .map_err(|why| format!("on {day}\n{why}\n{}", world.show("files")))?;
    filters(world, &args, &whole, &mut dice)
}

/// Checks that the difference of two snapshots is the difference of two computations.
pub(crate) fn difference(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0xD1FF);
    let before = model::live(&mut dice);
    let after = if dice.chance(15) { model::live(&mut dice) } else { changed(&before, &mut dice) };
    world.begin(&after)?;
    let write = |name: &str, live: &Value| world.write(name, &live.to_string());
    write("before.json", &before);
    write("after.json", &after);
    let ran = document(world, &["access", "--diff", "before.json..after.json", "--format", "json"])?;
    let found: Option<BTreeSet<Difference>> = ran["changes"]
        .as_array()
        .ok_or("no changes")?
        .iter()
        .map(|change| {
            let held = |side: &Value| match side {
                Value::Null => Some(None),
                side => Some(Some((text(&side["role"])?, side["invited"].as_bool()?))),
            };
            Some(Difference {
                who: text(&change["who"])?,
                workspace: text(&change["workspace_id"]),
                kind: text(&change["kind"])?,
                before: held(&change["before"])?,
                after: held(&change["after"])?,
            })
        })
        .collect();
    let found = found.ok_or_else(|| format!("{ran:#}"))?;
    holds(ran["changes"].as_array().map(Vec::len) == Some(found.len()), || format!("twice: {ran:#}"))?;
    let (one, two) = (held(&before), held(&after));
    let keys: BTreeSet<_> = one.keys().chain(two.keys()).collect();
    let expected: BTreeSet<Difference> = keys
        .into_iter()
        .filter(|key| one.get(*key) != two.get(*key))
        .map(|key| {
            let (before, after) = (one.get(key).cloned(), two.get(key).cloned());
            let kind = match (&before, &after) {
                (None, _) => "gained",
                (_, None) => "lost",
                _ => "changed",
            };
            let (who, workspace) = key.clone();
            Difference { who, workspace, kind: kind.to_owned(), before, after }
        })
        .collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    let invented: Vec<_> = found.difference(&expected).collect();
    holds(missing.is_empty() && invented.is_empty(), || {
        format!("missing {missing:#?}\ninvented {invented:#?}\nbefore {before:#}\nafter {after:#}")
    })
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    who: String,
    workspace: Option<String>,
    kind: String,
    before: Option<(String, bool)>,
    after: Option<(String, bool)>,
}

/// Access as the role, and whether the person is only invited. Without a workspace, the access to the organization.
fn held(live: &Value) -> BTreeMap<(String, Option<String>), (String, bool)> {
    let mut held = BTreeMap::new();
    for (who, person) in naive::of_live(live, None, TODAY) {
        for ((_, id), grant) in person.access {
            held.insert((who.clone(), id), (grant.role, false));
        }
        if let Some(role) = person.role {
            held.insert((who, None), (role, person.standing == "invited"));
        }
    }
    held
}

/// Returns the same organization some days later.
fn changed(before: &Value, dice: &mut Dice) -> Value {
    let mut after = before.clone();
    let other = model::live(dice);
    for list in ["users", "invites", "workspace_members"] {
        after[list].as_array_mut().unwrap().retain(|_| dice.chance(85));
    }
    for user in after["users"].as_array_mut().unwrap() {
        if dice.chance(20) {
            user["role"] = dice.pick(&["user", "developer", "billing", "admin", "claude_code_user"]).into();
        }
    }
    for membership in after["workspace_members"].as_array_mut().unwrap() {
        if dice.chance(20) {
            membership["workspace_role"] = dice.pick(&crate::organization::MEMBERSHIPS).into();
        }
    }
    for workspace in after["workspaces"].as_array_mut().unwrap() {
        if dice.chance(10) && workspace["name"] != "Default" && workspace["name"] != "Claude Code" {
            workspace["name"] = "renamed".into();
        }
        if dice.chance(10) && workspace["name"] != "Default" {
            workspace["archived_at"] = "2026-11-21T08:00:00Z".into();
        }
    }
    // A new person, or one who came back.
    for user in other["users"].as_array().unwrap() {
        let users = after["users"].as_array_mut().unwrap();
        if dice.chance(20) && users.iter().all(|known| known["id"] != user["id"]) {
            users.push(user.clone());
        }
    }
    after
}

/// Checks that every filter selects the right part of the whole.
fn filters(world: &World, args: &[&str], whole: &Value, dice: &mut Dice) -> Told {
    let whole = read(whole)?;
    let filtered = |more: &[&str]| -> Result<Access, String> {
        let args: Vec<&str> = args.iter().chain(more).copied().collect();
        read(&document(world, &args)?)
    };
    let check = |more: &[&str], keeps: &dyn Fn(&str, &Person) -> Option<Person>| -> Told {
        let expected: Access =
            whole.iter().filter_map(|(who, person)| Some((who.clone(), keeps(who, person)?))).collect();
        same(&expected, &filtered(more)?).map_err(|why| format!("{more:?}: {why}"))
    };
    let grants = |person: &Person, keeps: &dyn Fn(&Place, &Grant) -> bool| {
        let mut person = person.clone();
        person.access.retain(|place, grant| keeps(place, grant));
        person
    };

    if let Some(wanted) = pick(whole.keys(), dice).filter(|who| who.contains('@')) {
        check(&["--person", wanted], &|who, person| (who == wanted).then(|| person.clone()))?;
    }
    let membership = dice.pick(&[
        "workspace_user",
        "workspace_restricted_developer",
        "workspace_developer",
        "workspace_admin",
    ]);
    check(&["--who-can", membership], &|_, person| {
        Some(grants(person, &|_, grant| may(&grant.role) >= strength(membership)))
            .filter(|person| !person.access.is_empty())
    })?;
    check(&["--who-can", "reach"], &|_, person| (!person.access.is_empty()).then(|| person.clone()))?;
    check(&["--role", membership], &|_, person| {
        Some(grants(person, &|_, grant| grant.role == membership)).filter(|person| !person.access.is_empty())
    })?;
    let role = dice.pick(&["user", "developer", "billing", "admin", "owner"]);
    check(&["--role", role], &|_, person| (person.role.as_deref() == Some(role)).then(|| person.clone()))?;
    let places: BTreeSet<&Place> = whole.values().flat_map(|person| person.access.keys()).collect();
    if let Some((_, Some(id))) = pick(places.iter().copied(), dice) {
        check(&["--workspace", id], &|_, person| {
            Some(grants(person, &|place, _| place.1.as_ref() == Some(id)))
                .filter(|person| !person.access.is_empty())
        })?;
    }
    if let Some((name, _)) = pick(places.iter().copied(), dice) {
        check(&["--workspace", name], &|_, person| {
            Some(grants(person, &|place, _| &place.0 == name)).filter(|person| !person.access.is_empty())
        })?;
    }
    Ok(())
}

/// Returns the maximum access of a role: an unknown role might allow anything.
fn may(role: &str) -> u8 {
    if role.ends_with("wizard") { u8::MAX } else { strength(role) }
}

fn pick<'a, T: 'a>(items: impl Iterator<Item = &'a T>, dice: &mut Dice) -> Option<&'a T> {
    let items: Vec<&T> = items.collect();
    (!items.is_empty()).then(|| items[dice.below(items.len())])
}
