//! Completions: they exist for every shell, cover every command, and work in bash.

use std::process::Command;

use crate::world::World;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

fn commands() -> Vec<String> {
    bylaws::command_line().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

#[test]
fn every_shell_gets_completions_for_every_command() {
    let world = World::acme();
    for shell in SHELLS {
        let ran = world.run(&format!("completions {shell}")).ended(0);
        assert_eq!(ran.err, "", "{shell}");
        for command in commands() {
            assert!(ran.out.contains(&command), "{shell} does not know `{command}`");
        }
    }
    assert!(world.ledger().is_empty());
}

/// Returns what bash offers for the words typed so far.
fn offered(world: &World, typed: &[&str]) -> Vec<String> {
    let words = typed.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let last = typed.len() - 1;
    let before = typed[last - 1];
    let script = format!(
        "source completions.bash || exit\nCOMP_WORDS=({words})\nCOMP_CWORD={last}\n\
         _bylaws bylaws '{}' '{before}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        typed[last]
    );
    let output = Command::new("bash").args(["-c", &script]).current_dir(world.path("")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let world = World::acme();
    let completions = world.run("completions bash").ended(0).out;
    world.write("completions.bash", &completions);
    for (typed, expected) in [
        (&["bylaws", "pl"][..], &["plan"][..]),
        (&["bylaws", "journal", "v"], &["verify"]),
        (&["bylaws", "plan", "--deta"], &["--detailed-exitcode"]),
        (&["bylaws", "schema", "see"], &["seed"]),
        (&["bylaws", "nothing-of-this"], &[]),
    ] {
        let found: Vec<String> = offered(&world, typed).into_iter().filter(|word| !word.is_empty()).collect();
        assert_eq!(found, expected, "{typed:?}");
    }
}
