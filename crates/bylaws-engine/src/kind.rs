//! The kinds of objects: what guards, apply and output need to know of each.

use std::fmt;

use crate::{AddressForm, ObjectKind};

/// A kind of object, as far as sending a write depends on it.
pub struct Kind {
    /// The service's word for one object, such as `api_key`. No other kind has it.
    pub name: &'static str,
    /// The word of the kind in addresses; usually its name.
    pub word: &'static str,
    /// How its addresses are written.
    pub form: AddressForm,
    /// The lists that a write depends on. The first contains the object; an object of another one prevents a
    /// create.
    pub lists: &'static [&'static str],
    /// Whether the service accepts only one write of this kind at a time.
    pub one_at_a_time: bool,
    /// Whether a workspace, or the organization, has at most one object, whose address then has no name.
    pub is_single: bool,
    /// Whether the service accepts two objects with the same name.
    pub names_repeat: bool,
    /// The field and value that mark an object as in use; an object without the field is in use.
    pub in_use: Option<(&'static str, &'static str)>,
    /// The field of an answer that contains the id of the object.
    pub id_field: &'static str,
    /// Other fields by which an answer identifies the object.
    pub identified_by: &'static [&'static str],
    /// The lists of the content of an object, which are empty right after a create.
    pub contents: &'static [&'static str],
}

impl Kind {
    /// Returns a kind with these lists whose objects have an `id` and nothing special.
    pub const fn new(name: &'static str, lists: &'static [&'static str]) -> Self {
        Self {
            name,
            word: name,
            form: AddressForm::Place,
            lists,
            one_at_a_time: false,
            is_single: false,
            names_repeat: false,
            in_use: None,
            id_field: "id",
            identified_by: &[],
            contents: &[],
        }
    }

    /// Returns the word of the kind in addresses.
    pub const fn object(&self) -> ObjectKind {
        ObjectKind::known(self.word, self.form)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
