//! Unused workspaces, and spending planted through usage with the prices given here.

use serde_json::{Value, json};

use super::people::{around, over};
use super::scene::Scene;

/// A million input tokens of this model cost a dollar, and one token read from the cache a hundred-thousandth of a
/// cent: a second copy of the emulator's price list.
const MODEL: &str = "claude-haiku-4-5";
const TOKENS_A_CENT: u128 = 10_000;

pub(crate) fn dormant_workspace(scene: &mut Scene) {
    let most = scene.settings.workspaces;
    let days = around(scene, most, 90);
    let used = scene.dice.chance(60);
    let (label, id) = scene.unused_workspace(if used { days + 200 } else { days });
    scene.spaces.insert(label.clone(), super::scene::Lines::default());
    if used {
        scene.used(days, json!({ "workspace_id": id }));
    }
    if over(days, most) {
        scene.expect("BA0201", &format!("workspace/{}", label.replace(' ', "%20")), "warning");
    }
}

/// Adds a cost of this many cents and hundred-thousandths of a cent on a date.
fn spend(scene: &mut Scene, workspace: &Value, days_ago: i32, cents: u128, more: u128) {
    if cents == 0 && more == 0 {
        return;
    }
    let at = scene.moment(days_ago);
    let tokens = u64::try_from(cents * TOKENS_A_CENT).unwrap();
    scene.add(
        "usage",
        json!({
            "starting_at": at, "model": MODEL, "workspace_id": workspace,
            "uncached_input_tokens": tokens, "cache_read_input_tokens": u64::try_from(more).unwrap(),
        }),
    );
}

/// Adds a workspace for spending; returns its label and id.
fn place(scene: &mut Scene) -> (String, Value) {
    let (label, id) = scene.unused_workspace(500);
    scene.spaces.insert(label.clone(), super::scene::Lines::default());
    scene.used(0, json!({ "workspace_id": id }));
    (label, id.into())
}

/// Spending below, at and above a limit for the month.
pub(crate) fn monthly(scene: &mut Scene) {
    let (label, id) = place(scene);
    let limit = 1 + u128::from(scene.dice.roll() % 200_000);
    scene.settings.monthly.insert(label.clone(), limit);
    let day = i32::from(scene.today.day());
    // The usage that keeps the workspace active is today, and costs one hundred-thousandth of a cent.
    let (cents, more) =
        [(limit - 1, 99_999), (limit - 1, 99_998), (limit, 0), (limit * 3, 0)][scene.dice.below(4)];
    let parts = 1 + u128::try_from(scene.dice.below(3)).unwrap();
    for part in 0..parts {
        let ago = i32::try_from(scene.dice.below(usize::try_from(day).unwrap())).unwrap();
        let share = if part == 0 { cents - cents / parts * (parts - 1) } else { cents / parts };
        spend(scene, &id, ago, share, if part == 0 { more } else { 0 });
    }
    // Neither the last day of the previous month nor other workspaces count.
    spend(scene, &id, day, 500, 0);
    // Weeks are counted from the first cost, so that is on the first day of the eighth week before.
    spend(scene, &id, 63, 0, 1);
}

/// Spending in the default workspace, which reports show without an id.
pub(crate) fn in_default(scene: &mut Scene) {
    scene.settings.monthly.insert("Default".to_owned(), 1_000);
    let cents = [900, 1_100][scene.dice.below(2)];
    spend(scene, &Value::Null, 0, cents, 0);
    if scene.dice.chance(50) {
        for week in 1..=8 {
            spend(scene, &Value::Null, 7 * week + 7, 100, 0);
        }
        let cents = [100, 500_000][scene.dice.below(2)];
        spend(scene, &Value::Null, 3, cents, 0);
    }
}

/// Spending in the last week, around the usual amount.
pub(crate) fn unusual(scene: &mut Scene) {
    let (_, id) = place(scene);
    let (times, least) = scene.settings.unusual.unwrap_or((3, 5_000));
    let weeks = 1 + scene.dice.below(9);
    let usual: Vec<u128> = (0..weeks)
        .map(|week| {
            // The first week must have a cost, otherwise it would not be the first.
            let roll = u128::from(scene.dice.roll() % 4_000);
            if week + 1 == weeks {
                roll + 1
            } else if scene.dice.chance(20) {
                0
            } else {
                roll
            }
        })
        .collect();
    for (week, cents) in usual.iter().enumerate() {
        let start = i32::try_from(7 * (week + 1)).unwrap();
        // On the first day of the first week; on any day of the others.
        let ago = if week + 1 == weeks {
            start + 7
        } else {
            start + 1 + i32::try_from(scene.dice.below(7)).unwrap()
        };
        spend(scene, &id, ago, *cents, 0);
    }
    if weeks == 9 {
        // Data before the nine weeks is not read, so the eighth week before must start with a cost.
        spend(scene, &id, 63, 0, 1);
    }
    let usual = median(&usual[..weeks.min(8)]);
    // At one of the two limits, or one step next to it.
    let limit = if scene.dice.chance(50) { times * usual } else { least + usual };
    let (cents, more) = match scene.dice.below(5) {
        0 => (limit.saturating_sub(1), 0),
        1 => (limit, 0),
        2 => (limit, 1),
        3 => (limit + 1, 0),
        _ => (limit * 2 + 10_000, 0),
    };
    let ago = 1 + i32::try_from(scene.dice.below(7)).unwrap();
    spend(scene, &id, ago, cents, more);
    // Today is not a complete day.
    if scene.dice.chance(40) {
        spend(scene, &id, 0, 1_000_000, 0);
    }
}

/// Of an even number of weeks, the more expensive of the two in the middle.
fn median(weeks: &[u128]) -> u128 {
    let mut weeks = weeks.to_vec();
    weeks.sort_unstable();
    weeks[weeks.len() / 2]
}

/// Returns the spending of each workspace in hundred-thousandths of a cent, from all records.
pub(crate) fn judged(scene: &mut Scene) {
    for workspace in scene.live["workspaces"].clone() {
        let (name, id) = (workspace["name"].as_str().unwrap(), &workspace["id"]);
        let address = format!("workspace/{}", name.replace(' ', "%20"));
        let (mut month, mut weeks, mut first) = (0, [0_u128; 9], 0);
        for record in &scene.live["usage"] {
            let of = record.get("workspace_id").filter(|id| !id.is_null());
            if of != Some(id) && !(of.is_none() && name == "Default") {
                continue;
            }
            let at: jiff::Timestamp = record["starting_at"].as_str().unwrap().parse().unwrap();
            let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let tokens = |name: &str| u128::from(record[name].as_u64().unwrap_or_default());
            let cost = tokens("uncached_input_tokens") * 10 + tokens("cache_read_input_tokens");
            if (day.year(), day.month()) == (scene.today.year(), scene.today.month()) {
                month += cost;
            }
            let ago = usize::try_from((scene.today - day).get_days()).unwrap();
            if (1..=63).contains(&ago) && cost > 0 {
                let week = (ago - 1) / 7;
                weeks[week] += cost;
                first = first.max(week);
            }
        }
        if scene.settings.monthly.get(name).is_some_and(|limit| month > limit * 100_000) {
            scene.expect("BA0601", &address, "error");
        }
        if let (Some((times, least)), 3..) = (scene.settings.unusual, first) {
            let usual = median(&weeks[1..=first]);
            if weeks[0] > times * usual && weeks[0] > usual + least * 100_000 {
                scene.expect("BA0602", &address, "warning");
            }
        }
    }
}
