//! The words for what a change does and which classes it has, used in approvals, output and counts.

/// Declares an enum with one word for each value, as used in output, documents and files.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// All values, in the order in which output counts them.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];

            /// Returns the word for the value.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Returns the value for a word; `None` if there is none.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|word| word.as_str() == text)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::ours!($name);
    };
}
words!(
    /// What a change does.
    Action {
        /// Creates an object, or adds a member to a workspace.
        Create = "create",
        /// Changes a role, settings or a status in place.
        Update = "update",
        /// Removes an object, or a member of the organization or of a workspace.
        Remove = "remove",
        /// Sends an invite.
        Invite = "invite",
        /// Withdraws a pending invite.
        Revoke = "revoke",
        /// Archives a workspace. This cannot be undone.
        Archive = "archive",
    }
);

words!(
    /// The class of a change, for guards and readers. A change may have several.
    Class {
        /// Somebody gains access that they did not have.
        Grant = "grant",
        /// Somebody gets more access.
        Raise = "raise",
        /// Somebody gets less access, or loses it.
        AccessLoss = "access_loss",
        /// The last day of a line has passed.
        Expiry = "expiry",
        /// A key becomes active again.
        KeysOn = "keys_on",
        /// A key stops working.
        KeysOff = "keys_off",
        /// The change cannot be undone.
        Irreversible = "irreversible",
        /// More identities, workspaces or scopes can obtain tokens.
        Widen = "widen",
        /// A spend limit is raised or taken away.
        Money = "money",
        /// A limit is lowered, which may stop what is running.
        Throttle = "throttle",
        /// Less is recorded or visible.
        Audit = "audit",
        /// Data begins to leave the organization.
        Egress = "egress",
        /// None of the others.
        Other = "other",
    }
);
