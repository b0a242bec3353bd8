//! The command as users run it: the real program, a folder of files, an emulator to talk to.
//! Every story says what is printed, what is sent and how the run ends.

mod canned;
mod ran;
mod world;

mod apply;
mod errors;
mod examples;
mod exit_codes;
mod guards;
mod hostile_names;
mod journal;
mod life_cycle;
mod outputs;
mod saved_plans;
mod secrets;
mod snapshots;
