//! The client through its public door, against answers that are scripted byte for byte and against the
//! emulator.

mod addresses;
mod canned;
mod creates;
mod lists;
mod objects;
mod requests;
mod retries;
mod secrets;
mod story;
mod wire;
