//! Who may do what, where, and why: from the files and from the live state.

mod accounts;
mod files;
mod grant;
mod live;
#[cfg(test)]
mod tests;
mod workloads;

pub use files::access_wanted;
pub use live::access_held;
