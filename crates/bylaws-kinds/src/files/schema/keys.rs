//! Maps with the keys of the format: each is described by a type, from which its JSON Schema is derived. Reading uses the
//! keys of that type, so that what the schema allows is what is read.

/// Defines such a type, with its keys as `KEYS`.
macro_rules! keys {
    ($(
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }
    )*) => {
        $(
            #[derive(schemars::JsonSchema)]
            #[schemars(deny_unknown_fields)]
            $(#[$meta])*
            $visibility struct $name { $($(#[$field_meta])* $field: $type,)* }

            impl $name {
                /// The keys, in the order of the schema.
                pub(crate) const KEYS: &[&str] = &[$(stringify!($field)),*];
            }
        )*
    };
}
pub(crate) use keys;
