//! Starts the command and hands over to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    bylaws::main()
}
