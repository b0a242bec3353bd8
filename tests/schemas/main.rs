//! Generated schemas equal the committed ones, and the input and output of Bylaws conform to them.

#![expect(clippy::unwrap_used, reason = "a suite without its environment must stop")]

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn committed(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("schemas").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::validator_for(&committed(name)).unwrap()
}

fn accepts(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {}", errors.join("\n"));
}

/// Runs the command offline and returns its standard output.
fn bylaws(args: &[&str]) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bylaws"))
        .args(args)
        .current_dir(root())
        .env_clear()
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn examples() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("live.json").exists())
        .collect();
    folders.sort();
    assert!(folders.len() >= 3);
    folders
}

#[test]
fn the_committed_schemas_are_those_that_the_command_prints() {
    for (kind, file) in [
        ("config", "bylaws.schema.json"),
        ("plan", "plan.schema.json"),
        ("report", "report.schema.json"),
        ("seed", "seed.schema.json"),
        ("audit", "audit.schema.json"),
        ("access", "access.schema.json"),
        ("drift", "drift.schema.json"),
    ] {
        let text = std::fs::read_to_string(root().join("schemas").join(file)).unwrap();
        assert!(
            bylaws(&["schema", kind]) == text,
            "schemas/{file} is out of date: cargo run -- schema {kind} > schemas/{file}"
        );
    }
}

#[test]
fn the_committed_pages_are_those_of_the_rules() {
    let made = tempfile::tempdir().unwrap();
    bylaws(&["explain", "--dir", made.path().to_str().unwrap()]);
    let pages = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let page =
            |entry: std::fs::DirEntry| (entry.file_name(), std::fs::read_to_string(entry.path()).unwrap());
        entries.map(page).collect::<std::collections::BTreeMap<_, _>>()
    };
    assert!(
        pages(made.path()) == pages(&root().join("docs/problems")),
        "docs/problems is out of date: cargo run -- explain --dir docs/problems"
    );
}

#[test]
fn every_file_of_every_example_satisfies_the_schema_of_files() {
    let schema = validator("bylaws.schema.json");
    for folder in examples() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                let text = std::fs::read_to_string(&path).unwrap();
                let value: Value = serde_saphyr::from_str(&text).unwrap();
                accepts(&schema, &value, &path.display().to_string());
            }
        }
    }
}

#[test]
fn every_key_and_value_of_the_schema_of_files_has_a_description_and_an_example() {
    let schema = committed("bylaws.schema.json");
    let types = schema["$defs"].as_object().unwrap();
    let whole = "the file".to_owned();
    for (name, object) in types.iter().chain([(&whole, &schema)]) {
        assert!(object["title"].is_string() && object["description"].is_string(), "{name}");
        for (key, property) in object["properties"].as_object().into_iter().flatten() {
            let words = property["description"].as_str().unwrap_or_default();
            assert!(words.ends_with('.') && words.len() <= 160, "{name}.{key}: {words:?}");
            let of_type = property["$ref"].as_str().and_then(|path| types.get(path.rsplit('/').next()?));
            let in_prose =
                property["markdownDescription"].as_str().is_some_and(|words| words.contains("```"));
            let shown =
                [Some(property), of_type].into_iter().flatten().any(|form| form["examples"].is_array());
            assert!(in_prose || shown, "{name}.{key} has no example");
        }
        if let Some(words) = object["enum"].as_array() {
            let explained = object["markdownEnumDescriptions"].as_array().map_or(0, Vec::len);
            assert_eq!(explained, words.len(), "{name}: {words:?}");
        }
        assert!(object["oneOf"].is_null(), "{name}: editors explain no `oneOf`");
        assert_eq!(object["pattern"].is_string(), object["patternErrorMessage"].is_string(), "{name}");
    }
}

#[test]
fn the_live_state_of_every_example_satisfies_the_schema_of_seeds() {
    let schema = validator("seed.schema.json");
    for folder in examples() {
        let text = std::fs::read_to_string(folder.join("live.json")).unwrap();
        accepts(&schema, &serde_json::from_str(&text).unwrap(), &folder.display().to_string());
    }
}

#[test]
fn the_plan_of_every_example_satisfies_the_schema_of_plans() {
    let schema = validator("plan.schema.json");
    for folder in examples() {
        let live = folder.join("live.json");
        let (folder, live) = (folder.to_str().unwrap(), live.to_str().unwrap());
        let plan: Value =
            serde_json::from_str(&bylaws(&["plan", folder, "--live", live, "--format", "json"])).unwrap();
        assert!(!plan["changes"].as_array().unwrap().is_empty(), "{folder} plans nothing");
        accepts(&schema, &plan, folder);
    }
}

#[test]
fn audits_and_access_of_every_example_satisfy_their_schemas() {
    for (command, about) in [("audit", "findings"), ("access", "people")] {
        let schema = validator(&format!("{command}.schema.json"));
        for folder in examples() {
            let live = folder.join("live.json");
            let (folder, live) = (folder.to_str().unwrap(), live.to_str().unwrap());
            let document: Value =
                serde_json::from_str(&bylaws(&[command, folder, "--live", live, "--format", "json"]))
                    .unwrap();
            assert!(!document[about].as_array().unwrap().is_empty(), "{command} {folder}");
            accepts(&schema, &document, folder);
        }
    }
}

#[test]
fn schemas_reject_invalid_documents() {
    let files = validator("bylaws.schema.json");
    for text in
        ["bylaws: 2", "membres: {}", "members: {ada@acme.com: boss}", "unlisted: {workspaces: remove}"]
    {
        let value: Value = serde_saphyr::from_str(text).unwrap();
        assert!(!files.is_valid(&value), "{text}");
    }
    let plan = validator("plan.schema.json");
    assert!(!plan.is_valid(&serde_json::json!({ "format_version": 1 })));
}

/// Returns every text under one of these keys, anywhere in a schema.
fn texts<'a>(schema: &'a Value, keys: &[&str], found: &mut Vec<&'a str>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(text) if keys.contains(&key.as_str()) => found.push(text),
                    _ => texts(value, keys, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, keys, found)),
        _ => {}
    }
}

#[test]
fn descriptions_contain_no_code_of_the_program() {
    for entry in std::fs::read_dir(root().join("schemas")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let schema = committed(name);
        let mut plain = Vec::new();
        texts(&schema, &["description", "title"], &mut plain);
        for text in plain {
            // Examples for editors are in `markdownDescription`; readers cannot follow intra-doc links.
            for code in ["```", "::", "[`"] {
                assert!(!text.contains(code), "{name}: {text}");
            }
        }
        let mut marked = Vec::new();
        texts(&schema, &["markdownDescription"], &mut marked);
        for text in marked {
            let fences = text.matches("```").count();
            assert_eq!(text.matches("```yaml\n").count() * 2, fences, "{name}: {text}");
        }
    }
}
