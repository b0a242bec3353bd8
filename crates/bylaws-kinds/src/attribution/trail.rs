//! What the Activity Feed says about a kind of objects: one row for each type of activity that changes them.

/// The rows of a kind.
pub struct Trail {
    /// The types of activities.
    pub rows: &'static [Row],
    /// Fields whose changes the service does not record, or not always.
    pub silent: &'static [Silent],
}

/// One type of activity.
pub struct Row {
    /// The type, as the service writes it.
    pub kind: &'static str,
    /// What it means for the object.
    pub effect: Effect,
    /// The fields of the activity that may name the object: an id or an e-mail address. `actor` is the person who
    /// did it.
    pub object: &'static [&'static str],
    /// What it says about fields of the object.
    pub values: Values,
}

/// What an activity means for the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It exists since then.
    Added,
    /// It exists since then, but another entry says who decided that: it counts only if there is none.
    Completed,
    /// It is gone since then.
    Removed,
    /// It was changed.
    Changed,
}

/// What an activity says about fields of its object.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Nothing: any field may have been changed.
    Unknown,
    /// A list `updates` of fields with their values. The pairs are fields of the object that have another name there.
    Updates(&'static [(&'static str, &'static str)]),
    /// The new value of one field: the field of the object, and that of the activity.
    Is(&'static str, &'static str),
    /// The value before of one field: the field of the object, and that of the activity.
    Was(&'static str, &'static str),
    /// A new value: the fields of the activity with the name of the object's field and with its value.
    Named(&'static str, &'static str),
    /// A fixed new value: the field of the activity with the name of the object's field, and the value.
    NamedIs(&'static str, &'static str),
}

/// A field whose changes the service does not record.
pub struct Silent {
    /// The field.
    pub field: &'static str,
    /// Whether no change of it is ever recorded.
    pub always: bool,
    /// The reason, for people.
    pub why: &'static str,
}

impl Row {
    pub(crate) const fn new(
        kind: &'static str,
        effect: Effect,
        object: &'static [&'static str],
        values: Values,
    ) -> Self {
        Self { kind, effect, object, values }
    }
}
