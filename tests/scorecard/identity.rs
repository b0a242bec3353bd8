//! H: who is who.

use serde_json::json;

use crate::card::{Profile, Row, Tally};
use crate::organization::ID;
use crate::stage::Stage;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("H1", "letter case makes nobody new", case),
        Row::missing("H2", "look-alike characters are refused or warned of", "in the suite `config`"),
        Row::missing("H3", "an address that changed moves nobody", "in the tests of the engine"),
        Row::new("H4", "a renamed workspace keeps its id", rename),
        Row::missing(
            "H5",
            "every row of the state table, and no flapping",
            "in the tests of the engine and the suite `cli`",
        ),
        Row::new("H6", "nobody is written to twice in a run", once),
        Row::missing(
            "H7",
            "two configurations that claim one thing",
            "what another one lists shows as unlisted here; there is no owner",
        ),
    ]
}

fn case(tally: &mut Tally, profile: Profile) {
    let name = "ada.lovelace";
    for mask in 0..profile.cases(64, 2_048) {
        let spelled: String = name
            .chars()
            .enumerate()
            .map(|(n, c)| if mask >> n & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        let stage = Stage::live(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [{ "id": "user_a", "email": format!("{spelled}@Acme.com"), "role": "user" }],
        }));
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{{name}@acme.com: user}}\nunlisted: {{members: remove}}\n"));
        let ran = stage.run("plan --detailed-exitcode");
        tally.case(ran.code == 0, || ran.all());
    }
}

fn rename(tally: &mut Tally, _: Profile) {
    for name in ["new name", "LAB", "Über/50%", "lab 2"] {
        let stage = Stage::live(json!({
            "organization": { "id": ID, "name": "Acme" },
            "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
        }));
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{lab: {{id: wrkspc_lab, name: {name:?}}}}}\n"));
        let ran = stage.run("apply --auto-approve");
        let state = stage.emulator.state();
        let renamed =
            state.workspaces.iter().any(|workspace| workspace.id == "wrkspc_lab" && workspace.name == name);
        tally.case(ran.code == 0 && renamed && stage.writes().len() == 1, || ran.all());
    }
}

fn once(tally: &mut Tally, profile: Profile) {
    for seed in 0..profile.cases(100, 2_000) {
        let mut dice = crate::dice::Dice::new(seed ^ 0x46);
        let stage = Stage::live(crate::organization::random(&mut dice));
        std::fs::create_dir(stage.path("files")).unwrap();
        for (name, text) in crate::files::random(&mut dice, true).plain() {
            stage.write(&format!("files/{name}"), &text);
        }
        stage.run("apply files --auto-approve");
        let mut paths: Vec<String> = stage
            .writes()
            .into_iter()
            .map(|entry| format!("{} {} {}", entry.method, entry.path, entry.body))
            .collect();
        let all = paths.len();
        paths.sort();
        paths.dedup();
        tally.case(paths.len() == all, || format!("seed {seed}: {all} writes, {} different", paths.len()));
    }
}
