//! The kinds of objects that Bylaws manages, one folder per kind.

mod call;
mod files;
mod remote;
mod syntax;

mod api_key;
mod member;
mod workspace;
mod workspace_member;

pub use call::{Call, MayBeSent};
pub use files::{
    Arrival, EditError, Edited, Loaded, LoadedGuards, MemberLine, Seen, arrive, config_schema, leave, load,
    load_guards, parse, rules, write_files, write_single,
};
pub use remote::{Remote, remote, remote_of_list};

pub mod translate {
    //! Converts objects of the API to the engine's types without loss. Unknown values are kept as text.
    pub use crate::api_key::remote::{api_key, api_keys};
    pub use crate::member::remote::{invite, people, user};
    pub use crate::workspace::remote::{only_in, workspace, workspaces};
    pub use crate::workspace_member::remote::workspace_members;
}
