//! Where a key is: a provider, and the coordinates of the key there. One table says what each provider needs.

use std::collections::BTreeMap;

use bylaws_config::page::flow;
use bylaws_config::quote::scalar;
use bylaws_engine::Fact;

/// What a provider needs. No other has its key.
#[derive(Debug)]
pub(super) struct Form {
    /// The key in the files, and the `type` of the service.
    pub(super) key: &'static str,
    /// The fields that identify a key.
    pub(super) required: &'static [Field],
    /// Fields that may be left out.
    pub(super) optional: &'static [Field],
    /// Whether a key can never get another place, even if no workspace uses it.
    pub(super) is_fixed: bool,
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Form {}

/// A field of a provider.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) example: &'static str,
    /// The form of its values, for editors.
    pub(super) pattern: &'static str,
    /// Whether a value has this form.
    pub(super) fits: fn(&str) -> bool,
    /// Whether upper and lower case, and a `/` at the end, make no difference.
    is_loose: bool,
}

const fn field(name: &'static str, description: &'static str, example: &'static str) -> Field {
    let fits = |text: &str| !text.contains(char::is_whitespace);
    Field { name, description, example, pattern: r"^\S+$", fits, is_loose: false }
}

/// The providers that the service knows.
pub(super) static FORMS: [Form; 3] = [
    Form {
        key: "aws",
        required: &[Field {
            pattern: r"^arn:[^:\s]+:kms:[^:\s]+:[0-9]{12}:\S+$",
            fits: is_kms_arn,
            ..field(
                "kms_arn",
                "The ARN of the key.",
                "arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901",
            )
        }],
        optional: &[field("region", "The region, if it is not that of the ARN.", "us-east-1")],
        is_fixed: false,
    },
    Form {
        key: "gcp",
        required: &[field(
            "key_name",
            "The resource name of the key.",
            "projects/acme/locations/us/keyRings/claude/cryptoKeys/prod",
        )],
        optional: &[],
        is_fixed: true,
    },
    Form {
        key: "azure",
        required: &[
            Field {
                is_loose: true,
                ..field("tenant_id", "The id of the tenant.", "2f0c4a8e-6b1d-4c3f-9a57-0e8d1b2c3a4f")
            },
            Field {
                is_loose: true,
                pattern: r"^https://[^/\s]\S*$",
                fits: is_https,
                ..field("vault_uri", "The address of the vault.", "https://acme-keys.vault.azure.net")
            },
            field("key_name", "The name of the key in the vault.", "claude-prod"),
        ],
        optional: &[Field {
            is_loose: true,
            ..field(
                "client_id",
                "The id of the application, if it is not that of the service.",
                "7c1d5e9f-3a2b-4c6d-8e0f-1a2b3c4d5e6f",
            )
        }],
        is_fixed: false,
    },
];

impl Form {
    /// Returns every field, the required ones first.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static Field> + Clone + use<> {
        self.required.iter().chain(self.optional)
    }
}

/// A key at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    form: &'static Form,
    fields: BTreeMap<&'static str, String>,
}

impl Provider {
    /// Returns a key with these fields; `None` if one is missing.
    pub(super) fn new(form: &'static Form, get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let fields: BTreeMap<_, _> =
            form.fields().filter_map(|field| Some((field.name, get(field.name)?))).collect();
        form.required.iter().all(|field| fields.contains_key(field.name)).then_some(Self { form, fields })
    }

    /// Returns the provider.
    pub(super) fn form(&self) -> &'static Form {
        self.form
    }

    /// Returns the value of a field as it was read.
    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    /// Returns whether files can contain every value.
    pub(super) fn is_listable(&self) -> bool {
        let fits =
            |field: &Field| self.get(field.name).is_none_or(|value| !value.is_empty() && (field.fits)(value));
        self.form.fields().all(fits)
    }

    /// Returns whether it is a multi-Region key of AWS.
    pub(super) fn is_multi_region(&self) -> bool {
        self.get("kms_arn").is_some_and(|arn| arn.contains(":key/mrk-"))
    }

    /// Returns the fields as files have them.
    pub(super) fn written(&self) -> String {
        let fields: Vec<_> =
            self.form.fields().map(|field| (field.name, self.get(field.name).map(scalar))).collect();
        flow(&fields)
    }

    /// Returns the value of a field in the form in which values are compared.
    fn comparable(&self, field: &Field) -> Option<String> {
        let value = self.get(field.name)?;
        Some(if field.is_loose { value.trim_end_matches('/').to_lowercase() } else { value.to_owned() })
    }

    /// Returns one text for all that identifies the key at its provider. Two places with the same one are the same key.
    pub(super) fn coordinates(&self) -> String {
        let required = self.form.required.iter().filter_map(|field| self.comparable(field));
        std::iter::once(self.form.key.to_owned()).chain(required).collect::<Vec<_>>().join(" ")
    }

    /// Returns the fields as plans compare and send them.
    pub(super) fn fact(&self) -> Fact {
        let fields = self.form.fields().filter_map(|field| {
            let value = self.comparable(field)?;
            Some((field.name.to_owned(), Fact::Text(value)))
        });
        let kind = ("type".to_owned(), Fact::Text(self.form.key.to_owned()));
        Fact::Record(fields.chain([kind]).collect())
    }

    /// Returns the same for a live key: without a region, it is in that of its ARN.
    pub(super) fn live_fact(&self) -> Fact {
        let mut live = self.clone();
        if let (None, Some(region)) = (self.get("region"), self.get("kms_arn").and_then(region_of)) {
            live.fields.insert("region", region.to_owned());
        }
        live.fact()
    }

    /// Returns this place with the fields that it leaves out and another one has, as far as they do not follow from the
    /// coordinates. The service replaces the whole place.
    pub(super) fn completed(&self, live: &Self) -> Self {
        let mut completed = self.clone();
        if self.form == live.form {
            for field in self.form.optional.iter().filter(|field| field.name != "region") {
                if let Some(value) = live.get(field.name) {
                    completed.fields.entry(field.name).or_insert_with(|| value.to_owned());
                }
            }
        }
        completed
    }
}

fn is_kms_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_account = |part: &str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = parts.iter().all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
    matches!(parts.as_slice(), ["arn", _, "kms", _, account, _] if is_plain && is_account(account))
}

fn is_https(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

/// Returns the region in an ARN.
fn region_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}
