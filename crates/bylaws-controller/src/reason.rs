//! What a round ended with: the reason, the conditions that follow from it, and the event that is posted.

use serde::{Deserialize, Serialize};

/// Why an organization is in its state. The words are an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// No round has run yet.
    #[default]
    NotYet,
    /// Nothing is left to do.
    InSync,
    /// All changes were sent.
    Applied,
    /// Changes wait for a person; all others were sent.
    Held,
    /// `mode: plan`, and there are changes.
    Pending,
    /// Somebody suspended the organization.
    Suspended,
    /// A guard refused.
    GuardRefused,
    /// The files have problems.
    InvalidFiles,
    /// The history or the signature of the source is not acceptable.
    SourceRefused,
    /// The files are for another organization than the credential.
    WrongOrganization,
    /// The service does not accept the credential, or it may not do what is needed.
    Unauthorized,
    /// The journal is missing, or does not verify.
    JournalRefused,
    /// The service cannot be reached, or asks to wait.
    ServiceUnavailable,
    /// The source cannot be fetched.
    SourceUnavailable,
    /// The child ended in another way than expected.
    RoundFailed,
    /// Live state changed between plan and apply, several times.
    Moved,
    /// Some changes were sent, and some failed.
    AppliedInPart,
}

/// The status of a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It is not known.
    #[default]
    Unknown,
}

/// What is posted once for a change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// Changes wait for a person.
    Held,
    /// A guard, a signature or the history refused.
    Refused,
    /// Something failed.
    Failed,
    /// Somebody suspended the organization.
    Suspended,
    /// Changes were sent.
    Applied,
    /// The organization is in sync again.
    Recovered,
}

/// How a set of rounds ended, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// In sync, or done.
    Done,
    /// Changes are pending.
    Pending,
    /// Applied in part.
    Partial,
    /// One failed.
    Failed,
    /// A guard refused.
    Refused,
    /// Files have problems.
    Files,
}

impl Reason {
    /// All reasons, in the order of the documentation.
    pub const ALL: [Self; 17] = [
        Self::NotYet,
        Self::InSync,
        Self::Applied,
        Self::Held,
        Self::Pending,
        Self::Suspended,
        Self::GuardRefused,
        Self::InvalidFiles,
        Self::SourceRefused,
        Self::WrongOrganization,
        Self::Unauthorized,
        Self::JournalRefused,
        Self::ServiceUnavailable,
        Self::SourceUnavailable,
        Self::RoundFailed,
        Self::Moved,
        Self::AppliedInPart,
    ];

    /// Returns the word in documents and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotYet => "NotYet",
            Self::InSync => "InSync",
            Self::Applied => "Applied",
            Self::Held => "Held",
            Self::Pending => "Pending",
            Self::Suspended => "Suspended",
            Self::GuardRefused => "GuardRefused",
            Self::InvalidFiles => "InvalidFiles",
            Self::SourceRefused => "SourceRefused",
            Self::WrongOrganization => "WrongOrganization",
            Self::Unauthorized => "Unauthorized",
            Self::JournalRefused => "JournalRefused",
            Self::ServiceUnavailable => "ServiceUnavailable",
            Self::SourceUnavailable => "SourceUnavailable",
            Self::RoundFailed => "RoundFailed",
            Self::Moved => "Moved",
            Self::AppliedInPart => "AppliedInPart",
        }
    }

    /// Returns whether the controller works as it should for the organization.
    pub fn ready(self) -> Status {
        match self {
            Self::NotYet => Status::Unknown,
            Self::InSync | Self::Applied | Self::Held | Self::Pending | Self::Suspended => Status::True,
            _ => Status::False,
        }
    }

    /// Returns whether live state is as the files ask for; `None` if this reason leaves that as it was.
    pub fn in_sync(self) -> Option<Status> {
        match self {
            Self::InSync | Self::Applied => Some(Status::True),
            Self::Held | Self::Pending | Self::GuardRefused | Self::AppliedInPart | Self::Moved => {
                Some(Status::False)
            }
            Self::Suspended => None,
            _ => Some(Status::Unknown),
        }
    }

    /// Returns the event to post. `InSync` is posted only after something else.
    pub fn event(self) -> Option<Event> {
        match self {
            Self::NotYet => None,
            Self::InSync => Some(Event::Recovered),
            Self::Applied => Some(Event::Applied),
            Self::Held | Self::Pending => Some(Event::Held),
            Self::Suspended => Some(Event::Suspended),
            Self::GuardRefused | Self::SourceRefused | Self::WrongOrganization | Self::JournalRefused => {
                Some(Event::Refused)
            }
            _ => Some(Event::Failed),
        }
    }

    /// Returns whether it may be over soon without a person.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::ServiceUnavailable | Self::SourceUnavailable | Self::RoundFailed | Self::Moved)
    }

    /// Returns how a run that ends with it ends.
    pub fn ending(self) -> Ending {
        match self {
            Self::InSync | Self::Applied | Self::Held | Self::Suspended => Ending::Done,
            Self::Pending => Ending::Pending,
            Self::AppliedInPart => Ending::Partial,
            Self::GuardRefused => Ending::Refused,
            Self::InvalidFiles => Ending::Files,
            _ => Ending::Failed,
        }
    }
}

impl Status {
    /// The three values.
    pub const ALL: [Self; 3] = [Self::True, Self::False, Self::Unknown];

    /// Returns the word in documents and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

impl Event {
    /// All events.
    pub const ALL: [Self; 6] =
        [Self::Held, Self::Refused, Self::Failed, Self::Suspended, Self::Applied, Self::Recovered];

    /// Returns the word in the configuration and in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Suspended => "suspended",
            Self::Applied => "applied",
            Self::Recovered => "recovered",
        }
    }
}
