//! Starts the command and hands over to the library.

use std::process::ExitCode;

/// Large configurations allocate many small strings: with the system's allocator that took a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    bylaws::main()
}
