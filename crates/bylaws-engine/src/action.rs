//! The words for what a change does and what kind of change it is.
//! Approvals, output and counts all use these.

/// Declares an enum with one word for each value: the word of output, documents and files.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// All of them, in the order in which output counts them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads the word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words!(
    /// What a change does.
    Action {
        /// Makes a workspace, or gives somebody a seat in one.
        Create = "create",
        /// Changes a role, settings or a status in place.
        Update = "update",
        /// Removes a member, or a seat in a workspace.
        Remove = "remove",
        /// Sends an invite.
        Invite = "invite",
        /// Withdraws a pending invite.
        Revoke = "revoke",
        /// Archives a workspace, for good.
        Archive = "archive",
    }
);

words!(
    /// What kind of change it is, for guards and for readers. A change may be of several.
    Class {
        /// Somebody gets in.
        Grant = "grant",
        /// Somebody may do more.
        Raise = "raise",
        /// Somebody may do less, or is out.
        AccessLoss = "access_loss",
        /// A line came to its end.
        Expiry = "expiry",
        /// A key works again.
        KeysOn = "keys_on",
        /// A key stops working.
        KeysOff = "keys_off",
        /// Nobody can undo it.
        Irreversible = "irreversible",
        /// None of these.
        Other = "other",
    }
);
