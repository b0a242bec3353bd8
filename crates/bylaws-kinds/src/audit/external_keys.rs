//! The audit rule about external keys.

use bylaws_engine::audit::Unseen;
use bylaws_engine::audit::rule::UNUSED_EXTERNAL_KEY;

use super::{Auditor, Found, in_days};
use crate::external_key::kind::{address, line};
use crate::external_key::lists::read;
use crate::external_key::matching;

impl Auditor<'_> {
    /// Finds keys with which nothing is encrypted.
    pub(super) fn external_keys(&self, found: &mut Found) {
        let Some(live) = read(self.live) else {
            return found.not_seen(&[&UNUSED_EXTERNAL_KEY], Unseen::ExternalKeys);
        };
        let listed = matching::all(self.desired, self.live);
        for key in live.keys.iter().filter(|key| !key.is_attached) {
            let is_it = |found: &matching::Found<'_>| matches!(found, matching::Found::Live(live) if live.id == key.id);
            let entry = listed.iter().find(|(_, found)| is_it(found)).map(|(name, _)| *name);
            let at = address(entry.map_or_else(|| key.called(), |name| name.as_str()));
            let age = self.age(key.created_at);
            let finding = found.add(&UNUSED_EXTERNAL_KEY, at, "no workspace uses it");
            finding.evidence = vec![("id", key.id.to_string()), ("geo", key.geo.clone())];
            finding.evidence.extend(age.map(|age| ("age", in_days(age).to_string())));
            finding.line = entry.map(line);
        }
    }
}
