//! Entries that may be written as one value: `ci-deploy: active`, or `ci-deploy: {status: active, id: …}`.
//! [`entry!`] says once what the fields of an entry are. From it come the reader, the known keys, the JSON Schema, what
//! is written and what is hashed.

use std::borrow::Cow;

use bylaws_config::digest::Form;
use bylaws_config::fields::Fields;
use bylaws_config::node::{self, Node, Value};
use bylaws_config::page::short_or_long;
use bylaws_config::shown::shown;
use jiff::civil::Date;

use super::schema::text::Day;
use super::{Context, rules, scalars};

/// The value of a field.
pub(crate) trait Scalar: Sized {
    /// The type of which the JSON Schema is made.
    type Form;

    /// Reads the value of the field `key`; reports an invalid one.
    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self>;

    /// Returns the value as files have it, without quotes.
    fn written(&self) -> Cow<'_, str>;

    /// Reports other fields of the entry that have no effect beside this value.
    fn check_others(&self, _cx: &mut Context, _others: &Fields<'_>) {}
}

impl Scalar for Date {
    type Form = Day;

    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
        scalars::date(&mut cx.problems, node, key)
    }

    fn written(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// An entry: a required first field, which may be written alone, and other fields.
pub(crate) trait Entry: Sized {
    /// The key of the first field.
    const FIRST: &'static str;

    /// The keys of the fields that the first version of the digest did not have.
    const ADDED: &'static [&'static str];

    /// Reads the value of the first field.
    fn read_short(cx: &mut Context, node: &Node) -> Option<Self>;

    /// Reads a map.
    fn read_long(cx: &mut Context, entry: &node::Entry) -> Option<Self>;

    /// Returns the first field as files have it.
    fn first(&self) -> Cow<'_, str>;

    /// Returns the other fields that are kept.
    fn others(&self) -> Vec<(&'static str, Option<Cow<'_, str>>)>;
}

/// Reads an entry. `absent` are the message and the help for one without a value.
pub(crate) fn read<E: Entry>(
    cx: &mut Context,
    entry: &node::Entry,
    absent: impl FnOnce(&str) -> (String, String),
) -> Option<E> {
    match &entry.value.value {
        Value::Map(_) => E::read_long(cx, entry),
        Value::Null => {
            let (message, help) = absent(&shown(&entry.key));
            cx.report(&rules::NO_VALUE, entry.value.at, message).label(format!("no {}", E::FIRST)).help(help);
            None
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            E::read_short(cx, &entry.value)
        }
    }
}

/// Returns an entry as files have it.
pub(crate) fn written<E: Entry>(entry: &E) -> String {
    short_or_long((E::FIRST, &entry.first()), &entry.others())
}

/// Hashes the fields of an entry. A field that was added later is hashed only if the entry has it, so that files without
/// it keep their digest.
pub(crate) fn hash<E: Entry>(form: &mut Form, entry: &E) {
    form.word(&entry.first());
    for (field, value) in entry.others() {
        if !E::ADDED.contains(&field) {
            form.maybe(value.as_deref());
        } else if let Some(value) = value {
            form.word(field);
            form.word(&value);
        }
    }
}

/// Defines the fields of an entry: the first one with the help for its absence, then those that may be left out. One in
/// brackets is checked and not kept; one with `= added` is newer than the digest. The types are those of the desired
/// state, and the comments are the descriptions in the JSON Schema.
macro_rules! entry {
    (@added $field:ident) => {
        stringify!($field)
    };
    (
        $(#[$either_meta:meta])*
        $either:ident;

        $(#[$meta:meta])*
        $form:ident for $entry:ty {
            $(#[$first_meta:meta])*
            $first:ident: $first_type:ty = $help:literal,
            $(
                $(#[$field_meta:meta])*
                $field:ident: $type:ty $(= $added:ident)?,
                $([$(#[$checked_meta:meta])* $checked:ident: $checked_type:ty = $check:path],)*
            )*
        }
    ) => {
        #[derive(schemars::JsonSchema)]
        #[schemars(untagged)]
        $(#[$either_meta])*
        #[expect(dead_code, reason = "exists for the schema derived from it")]
        pub(crate) enum $either {
            Short(<$first_type as $crate::files::entry::Scalar>::Form),
            Long($form),
        }

        #[derive(schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        $(#[$meta])*
        #[expect(dead_code, reason = "exists for the schema derived from it")]
        pub(crate) struct $form {
            $(#[$first_meta])*
            $first: <$first_type as $crate::files::entry::Scalar>::Form,
            $(
                $(#[$field_meta])*
                $field: Option<<$type as $crate::files::entry::Scalar>::Form>,
                $($(#[$checked_meta])* $checked: Option<$checked_type>,)*
            )*
        }

        const _: () = {
            use std::borrow::Cow;

            use bylaws_config::fields::Fields;
            use bylaws_config::node::{Entry as Pair, Node};
            use $crate::files::Context;
            use $crate::files::entry::{Entry, Scalar};

            impl Entry for $entry {
                const FIRST: &'static str = stringify!($first);
                const ADDED: &'static [&'static str] =
                    &[$($($crate::files::entry::entry!(@$added $field),)?)*];

                fn read_short(cx: &mut Context, node: &Node) -> Option<Self> {
                    let $first = Scalar::read(cx, node, Self::FIRST)?;
                    Some(Self { $first, $($field: None),* })
                }

                fn read_long(cx: &mut Context, pair: &Pair) -> Option<Self> {
                    let known = [Self::FIRST, $(stringify!($field), $(stringify!($checked),)*)*];
                    let fields = Fields::open(&mut cx.problems, &pair.value, &pair.key, &known)?;
                    let $first = fields.required(&mut cx.problems, pair.at, Self::FIRST, $help);
                    let $first = $first.and_then(|node| <$first_type>::read(cx, node, Self::FIRST));
                    $(
                        let node = fields.value(stringify!($field));
                        let read = |node| <$type>::read(cx, node, stringify!($field)).map(Some);
                        let $field = node.map_or(Some(None), read);
                        $(
                            if let Some(node) = fields.value(stringify!($checked)) {
                                $check(cx, node, stringify!($checked));
                            }
                        )*
                    )*
                    if let Some(value) = &$first {
                        value.check_others(cx, &fields);
                    }
                    $(
                        if let Some(Some(value)) = &$field {
                            value.check_others(cx, &fields);
                        }
                    )*
                    Some(Self { $first: $first?, $($field: $field?),* })
                }

                fn first(&self) -> Cow<'_, str> {
                    self.$first.written()
                }

                fn others(&self) -> Vec<(&'static str, Option<Cow<'_, str>>)> {
                    vec![$((stringify!($field), self.$field.as_ref().map(Scalar::written))),*]
                }
            }
        };
    };
}
pub(crate) use entry;
