//! Values of the engine in documents: a typed value in code, a word in JSON.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use bylaws_engine::access::Presence;
use bylaws_engine::audit::Severity;
use bylaws_engine::guard_results::{GuardOutcome, GuardSource};
use bylaws_engine::guards::ApprovalState;
use bylaws_engine::hold::Hold;
use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::rule_changes::RuleChangeKind;
use bylaws_engine::text::Text;
use bylaws_engine::{Action, Address, AddressForm, Cause, Class, GuardKind, ObjectKind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A type whose values are each written as one word, and read back from it.
pub trait Spelled: fmt::Display + Sized {
    /// Returns the value of a word; `None` if this version does not know it.
    fn of(word: &str) -> Option<Self>;
}

macro_rules! spelled {
    ($($name:ident),*) => {
        $(impl Spelled for $name {
            fn of(word: &str) -> Option<Self> {
                Self::parse(word)
            }
        })*
    };
}

spelled!(
    Action,
    ApprovalState,
    Cause,
    Class,
    GuardKind,
    GuardSource,
    Hold,
    Presence,
    ReviewKind,
    RuleChangeKind,
    GuardOutcome,
    Severity
);

impl Spelled for ObjectKind {
    /// The word says nothing about the form of addresses.
    fn of(word: &str) -> Option<Self> {
        Self::parse(word, AddressForm::Place)
    }
}

impl Spelled for Address {
    fn of(word: &str) -> Option<Self> {
        Self::parse_written(word)
    }
}

impl Spelled for Text {
    fn of(word: &str) -> Option<Self> {
        Some(Self::parse(word))
    }
}

/// A value that JSON contains as its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word<T>(pub T);

impl<T> Deref for Word<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Display> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Display> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: Spelled> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<str>::deserialize(deserializer)?;
        T::of(&word).map(Self).ok_or_else(|| D::Error::custom("unknown word"))
    }
}

impl<T> JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use bylaws_engine::{Action, Address, Email, UserId, WorkspaceLabel};

    use super::Word;

    #[test]
    fn every_address_the_service_can_report_round_trips_through_json() {
        for address in [
            Address::Member(Email::live("ädä@bücher.example")),
            Address::Invite(Email::live("two words/50%@\u{202e}x")),
            Address::WorkspaceMember(WorkspaceLabel::new("a/b"), Email::live("no address")),
            Address::UnknownWorkspaceMember(WorkspaceLabel::new("lab"), UserId::new("user_01A")),
        ] {
            let json = serde_json::to_string(&Word(address.clone())).unwrap_or_default();
            assert_eq!(serde_json::from_str::<Word<Address>>(&json).ok(), Some(Word(address)), "{json}");
        }
    }

    #[test]
    fn an_unknown_word_is_refused() {
        for json in ["\"destroy\"", "\"\"", "\"Create\"", "1", "null"] {
            assert!(serde_json::from_str::<Word<Action>>(json).is_err(), "{json}");
        }
    }
}
