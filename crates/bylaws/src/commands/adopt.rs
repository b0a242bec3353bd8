//! `bylaws adopt`: the edits after which the files say what is live.

use bylaws_kinds::{Adopted, adopt};
use bylaws_output::document::people::{PeopleDocument, SkippedDocument};

use super::people::EditSession;
use super::{base, plan};
use crate::args::Adopt;
use crate::connect;
use crate::exit::{ExitStatus, Failure};
use crate::live::imported;
use crate::progress::Progress;
use crate::world::World;

pub(crate) async fn run(args: &Adopt, world: &mut World) -> Result<ExitStatus, Failure> {
    let edit = args.edit();
    let session = EditSession::open(args.path.as_ref(), &edit, world).await?;
    let base = base::load(args.base.as_ref(), args.path.as_ref(), session.desired(), world)?;
    let basis = session.basis(base.as_ref().map(base::Base::basis));
    let (Some(live), Some(basis)) = (session.live(), basis) else {
        connect::reader(&args.connection, &Progress::new(world), world)?;
        return Err(Failure::other(
            "live state was not read",
            "pass a credential, or a snapshot with --live",
        ));
    };
    let imported = imported::import(live).desired;
    let adopted = adopt(&session.loaded, &basis, (live, &imported), &args.addresses);
    let Adopted { edited, addresses, skipped } = adopted.map_err(|error| plan::unmatched("", &error))?;
    let mut document = PeopleDocument::new("adopt", Vec::new());
    document.adopted = addresses.iter().map(ToString::to_string).collect();
    document.skipped = skipped
        .into_iter()
        .map(|(address, reason)| SkippedDocument { address: address.to_string(), reason })
        .collect();
    document.plan = session.difference(&edited)?.map(|(difference, _)| difference);
    let is_incomplete = args.strict && !document.skipped.is_empty();
    let status = session.finish(&edited, document, &edit, world)?;
    Ok(if is_incomplete { ExitStatus::Pending } else { status })
}
