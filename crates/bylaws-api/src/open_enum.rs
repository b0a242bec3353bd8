//! Open enums of texts: unknown values are kept as written. Each value is documented where its enum is
//! declared.

/// Declares an enum whose variants are texts of the API, plus `Unknown` for every other text.
///
/// Reading and writing are exact inverses for every text, so an object that is read and written back never
/// loses a value that a newer service may have introduced.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[serde(from = "String")]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A text that this version does not know. Create values with `From`, which maps known texts to
            /// their variants.
            Unknown(String),
        }

        impl $name {
            /// Every value that this version knows, in the order of declaration.
            pub const KNOWN: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// Returns the text as sent on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Unknown(text) => text,
                }
            }

            /// Returns whether this version knows the value.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use crate::{
        ActivityActorType, ActorType, AttachmentType, BucketWidth, CustomerType, InferenceGeo, InviteStatus,
        KeyStatus, OrganizationRole, RecordingState, SpendLimitPeriod, ValidationStatus, WorkspaceGeo,
        WorkspaceRole,
    };

    macro_rules! every_text_comes_back {
        ($($name:ident),+ $(,)?) => {
            $(
                for known in $name::KNOWN {
                    let text = serde_json::to_string(known).expect("serializes");
                    assert_eq!(&serde_json::from_str::<$name>(&text).expect("reads"), known);
                    assert_eq!(&$name::from(known.as_str()), known, "a known text never becomes Unknown");
                    assert!(known.is_known());
                }
                let odd = serde_json::from_str::<$name>("\"Brand-New value\"").expect("unknown texts are read");
                assert_eq!(odd, $name::Unknown("Brand-New value".to_owned()));
                assert_eq!(serde_json::to_string(&odd).expect("serializes"), "\"Brand-New value\"");
            )+
        };
    }

    #[test]
    fn every_text_known_or_unknown_round_trips() {
        every_text_comes_back!(
            ActivityActorType,
            ActorType,
            AttachmentType,
            BucketWidth,
            CustomerType,
            InferenceGeo,
            InviteStatus,
            KeyStatus,
            OrganizationRole,
            RecordingState,
            SpendLimitPeriod,
            ValidationStatus,
            WorkspaceGeo,
            WorkspaceRole,
        );
    }

    #[test]
    fn all_roles_of_the_service_are_known() {
        let roles: Vec<&str> = OrganizationRole::KNOWN.iter().map(OrganizationRole::as_str).collect();
        assert_eq!(
            roles,
            [
                "admin",
                "billing",
                "claude_code_user",
                "developer",
                "managed",
                "membership_admin",
                "owner",
                "primary_owner",
                "user",
            ]
        );
    }
}
