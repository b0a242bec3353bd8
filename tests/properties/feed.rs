//! Who changed something in the Console: whom the Activity Feed names, or nobody with the reason.

use std::sync::atomic::{AtomicU64, Ordering};

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::hold::emergency;
use crate::organization;
use crate::story::{Told, holds};
use crate::world::World;

/// The names of actors for the emulator, and as `drift` shows them.
const ACTORS: [(&str, &str); 5] = [
    ("ada@acme.com", "`ada@acme.com`"),
    ("directory_sync", "directory sync"),
    ("anthropic", "Anthropic"),
    ("svac_01robot", "service account `svac_01robot`"),
    ("adminkey_01other", "admin key `adminkey_01other`"),
];

/// The number of differences that were named, over all cases.
pub(crate) static NAMED: AtomicU64 = AtomicU64::new(0);

pub(crate) fn nobody_is_guessed(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0xFEED);
    let mut organization = organization::random(&mut dice);
    organization["compliance_settings"] = json!({"state": {"type": "enabled"}});
    world.begin(&organization)?;
    world.remove("files");
    let import = world.run("import files");
    holds(import.code == 0, || format!("import failed\n{}", import.err))?;
    world.commit("imported");
    let (actor, shown) = ACTORS[dice.below(ACTORS.len())];
    let is_named = dice.chance(80);
    for _ in 0..=dice.below(3) {
        let mut live = world.state_json();
        emergency(&mut live, &mut dice);
        let live = Seed::from_value(live).map_err(|error| error.to_string())?;
        if is_named {
            world.emulator.set_state_as(live, actor).map_err(|error| format!("{error:?}"))?;
        } else {
            world.emulator.set_state(live).map_err(|error| format!("{error:?}"))?;
        }
    }
    let _ = world.take_ledger();
    let ran = world.run("drift files --format json");
    holds(ran.code == 0, || format!("drift failed\n{}\n{}", ran.err, ran.out))?;
    let asked = world.take_ledger().iter().filter(|read| read.path.contains("compliance")).count();
    holds(asked <= 5, || format!("{asked} requests for the feed"))?;
    let drift: Value = serde_json::from_str(&ran.out).map_err(|error| error.to_string())?;
    for entry in drift["drift"].as_array().into_iter().flatten().filter(|entry| entry["cause"] == "drift") {
        let by = entry["changed_by"].as_array().cloned().unwrap_or_default();
        holds(!by.is_empty() || drift["not_attributed"].is_string(), || {
            format!("nobody, and no reason: {entry:#}")
        })?;
        for by in by {
            let named = by["entry"]["actor"].as_str();
            holds(named.is_none() || is_named && named == Some(shown), || {
                format!("{actor} did it: {entry:#}")
            })?;
            holds(by["text"].as_str().is_some_and(|text| !text.is_empty()), || {
                format!("no reason: {entry:#}")
            })?;
            NAMED.fetch_add(u64::from(named.is_some()), Ordering::Relaxed);
        }
    }
    Ok(())
}
