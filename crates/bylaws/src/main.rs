//! Starts the command and hands over to the library.

use std::process::ExitCode;

/// Files of a hundred thousand lines become as many small texts: a third of the time went to the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    bylaws::main()
}
