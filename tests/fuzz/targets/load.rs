//! Bytes as files, through the public API of `bylaws-kinds`: what holds for every set of files must hold for these.
#![no_main]

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::check(bytes));
