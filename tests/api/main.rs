//! The client through its public interface, against answers scripted byte by byte and against the emulator.

mod activities;
mod addresses;
mod canned;
mod creates;
mod exchange;
mod lists;
mod objects;
mod requests;
mod retries;
mod secrets;
mod story;
mod tokens;
mod wire;
