//! Who made a difference between the files and the organization, as the service's Activity Feed says it. The feed
//! explains differences; it never decides whether there is one.

use jiff::Timestamp;

use crate::text::{Say, Text, text};

/// Why one field of an object, or the object itself, differs from the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The field; `None` if the object was added or removed, or if it is not known what differs.
    pub field: Option<String>,
    /// The newest entry that explains the difference, or why there is none.
    pub found: Result<Entry, Unexplained>,
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id, `activity_…`.
    pub id: String,
    /// The type, such as `platform_workspace_created`.
    pub kind: String,
    /// The time; `None` if it cannot be parsed.
    pub at: Option<Timestamp>,
    /// Who did it.
    pub who: Who,
    /// The network address.
    pub address: Option<String>,
    /// The program, as it describes itself.
    pub program: Option<String>,
    /// Whether it was a run of Bylaws.
    pub run: Option<Run>,
}

/// An actor, with texts as the service reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A person who was signed in.
    Person {
        /// The e-mail address.
        email: Option<String>,
        /// The id, `user_…`.
        id: Option<String>,
    },
    /// An admin key.
    AdminKey(Option<String>),
    /// An API key, by its id.
    Key(Option<String>),
    /// A service account, by its id.
    ServiceAccount(Option<String>),
    /// A workload of a cloud provider or of an OIDC issuer, by its subject.
    Workload(Option<String>),
    /// The directory of the organization.
    DirectorySync,
    /// Anthropic.
    Anthropic,
    /// The service itself.
    Service,
    /// A kind of actor that this version does not know, by the service's word.
    Unknown(String),
}

/// A run of Bylaws, judging by the program that the entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// With the credential of this run.
    Own,
    /// With another credential, or with one that is not known to be the same.
    Other,
}

/// Why no entry explains a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// The organization does not record its activities.
    Off,
    /// The feed records, but this credential may not read it: an admin key that is older than the recording never
    /// may, so a new one is needed.
    NewKeyNeeded,
    /// The credential may not read the feed, and it is not known whether it records.
    Forbidden,
    /// The feed could not be read; what the client says about it.
    NotRead(String),
    /// The feed was read back to this time, and older entries were not read.
    OlderThan(Option<Timestamp>),
    /// No entry since the recording began, which was at this time.
    BeforeRecording(Timestamp),
    /// The service does not record such changes, and why this is one.
    NotRecorded(&'static str),
    /// The newest entry says something else: a later change is not in the feed, or not yet.
    Overtaken(Box<Entry>),
    /// No entry. The change may be of the last minute.
    NoEntry,
}

impl Say for Who {
    fn say(&self) -> Text {
        let named = |what: &'static str, id: &Option<String>| match id {
            Some(id) => text!("{} {}", Text::from(what), id),
            None => Text::from(what),
        };
        match self {
            Self::Person { email: Some(email), .. } => email.say(),
            Self::Person { email: None, id } => named("a person", id),
            Self::AdminKey(id) => named("admin key", id),
            Self::Key(id) => named("key", id),
            Self::ServiceAccount(id) => named("service account", id),
            Self::Workload(subject) => named("workload", subject),
            Self::DirectorySync => "directory sync".into(),
            Self::Anthropic => "Anthropic".into(),
            Self::Service => "the service".into(),
            Self::Unknown(kind) => kind.say(),
        }
    }
}

impl Say for Unexplained {
    fn say(&self) -> Text {
        let time = |time: &Timestamp| Text::word(&time.to_string());
        match self {
            Self::Off => "the organization does not record its activities".into(),
            Self::NewKeyNeeded => {
                "the admin key is older than the recording and can never read it: make a new admin key".into()
            }
            Self::Forbidden => "the credential may not read the Activity Feed".into(),
            Self::NotRead(why) => text!("the Activity Feed was not read: {}", why),
            Self::OlderThan(Some(since)) => {
                text!("no entry since {}; older ones were not read", time(since))
            }
            Self::OlderThan(None) => "no entry among those that were read".into(),
            Self::BeforeRecording(since) => text!("no entry since the recording began on {}", time(since)),
            Self::NotRecorded(why) => (*why).into(),
            Self::Overtaken(entry) => {
                text!("the newest entry, of {}, says something else: a later change has none", entry.who)
            }
            Self::NoEntry => "no entry; changes of the last minute may still be missing".into(),
        }
    }
}
