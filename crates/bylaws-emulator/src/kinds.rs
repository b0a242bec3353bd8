//! The kinds of objects that the emulator knows, each in a module of its own.
//!
//! A new kind is a module with its wire types, its operations and a [`Kind`], a line in `lib.rs` and one in
//! [`ALL`]. If it has content, its lists are fields of [`Seed`]; the state keeps them there too, in
//! [`State::rest`]. Only lists that must be fast with 100,000 items have a
//! [`Listing`](crate::listing::Listing) of their own in the state.

use jiff::Timestamp;

use crate::feed::event::Recorded;
use crate::object::{Object, Problem};
use crate::routes::Route;
use crate::seed::Seed;
use crate::state::State;

/// Every kind, in the order in which a seed is read and checked.
pub(crate) const ALL: &[&Kind] = &[
    &crate::organization::KIND,
    &crate::users::KIND,
    &crate::invites::KIND,
    &crate::workspaces::KIND,
    &crate::workspace_members::KIND,
    &crate::api_keys::KIND,
    &crate::rate_limits::KIND,
    &crate::spend_limits::KIND,
    &crate::service_accounts::KIND,
    &crate::workspace_service_accounts::KIND,
    &crate::federation_issuers::KIND,
    &crate::federation_rules::KIND,
    &crate::federation_rule_workspaces::KIND,
    &crate::external_keys::KIND,
    &crate::reports::KIND,
    &crate::feed::KIND,
    &crate::feed::SETTINGS,
];

/// What the rest of the emulator has to know about a kind.
pub(crate) struct Kind {
    /// Its operations.
    pub(crate) routes: &'static [Route],
    /// Whether organizations of every type have it; otherwise only Console organizations do
    /// (`docs/service-behaviour.md#organization-types`).
    pub(crate) in_every_organization: bool,
    /// Which credentials its operations accept (`docs/service-behaviour.md#wire-and-credentials`).
    pub(crate) accepts: Accepts,
    /// A field that only requests with an `anthropic-beta` value see: the beta, then the field.
    pub(crate) beta_field: Option<(&'static str, &'static str)>,
    /// Takes its part of a document into the seed and fills in what is missing. The time is the clock's.
    pub(crate) read: fn(&mut Seed, &mut Object, Timestamp) -> Result<(), Problem>,
    /// Refuses duplicates and references to objects that the seed does not have.
    pub(crate) check: fn(&Seed) -> Result<(), Problem>,
    /// Applies the current time.
    pub(crate) settle: fn(&mut State),
    /// What the Activity Feed says about changes of its objects.
    pub(crate) recorded: &'static [Recorded],
}

/// The kinds of credentials that an operation accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    All,
    /// Keys, and no OAuth token.
    Keys,
    /// OAuth tokens with the scope `org:admin`, and no key.
    Tokens,
}

impl Kind {
    /// A kind that keeps nothing in the seed and does not change with time.
    pub(crate) const fn new(routes: &'static [Route]) -> Self {
        Self {
            routes,
            in_every_organization: false,
            accepts: Accepts::All,
            beta_field: None,
            read: |_, _, _| Ok(()),
            check: |_| Ok(()),
            settle: |_| {},
            recorded: &[],
        }
    }
}
