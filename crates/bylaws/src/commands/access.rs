//! `bylaws access`: shows who has which access, where and why.

mod filter;
mod source;

use bylaws_engine::access::difference;
use bylaws_output::document::access::{
    AccessChangeDocument, AccessDiffDocument, AccessDocument, NotSeen, PersonDocument, PlaceDocument,
};
use bylaws_output::document::origin::Positions;
use bylaws_output::document::pretty;
use bylaws_output::render::access as render;
use bylaws_output::render::markdown;
use bylaws_output::unseen;

use self::filter::Filter;
use self::source::{Side, State};
use crate::args::{Access, TableFormat};
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

const FORMAT_VERSION: u32 = 1;

pub(crate) async fn run(args: &Access, world: &mut World) -> Result<ExitStatus, Failure> {
    let filter = Filter::of(args)?;
    if let Some(diff) = &args.diff {
        let (from, to) = parted(diff).ok_or_else(|| {
            Failure::other(
                "--diff needs two states separated by `..`",
                "write FROM..TO, such as v1..v2, origin/main.. or q3.json..live",
            )
        })?;
        let from = Side::of(from, world).read(args, world).await?;
        let to = Side::of(to, world).read(args, world).await?;
        return changed(args, &filter, &from, &to, world);
    }
    let side = match (&args.live, args.files) {
        (Some(snapshot), _) => Side::Snapshot(snapshot.clone()),
        (None, true) => Side::Files,
        (None, false) => Side::Live,
    };
    let state = side.read(args, world).await?;
    let document = document(&filter, &state)?;
    match args.format {
        TableFormat::Text => world.show(render::text(&document, args.by.into(), world.style)),
        TableFormat::Csv => world.print(&render::csv(&document)),
        TableFormat::Markdown => world.print(&markdown::access(&document)),
        TableFormat::Json => world.print(&pretty(&document)),
    }
    // Missing data must not read as "no access" in JSON and CSV either.
    for (what, why) in &state.unseen {
        world.error(bylaws_output::render::unseen(*what, why));
    }
    Ok(if state.unseen.is_empty() { ExitStatus::Done } else { ExitStatus::Failed })
}

fn document(filter: &Filter, state: &State) -> Result<AccessDocument, Failure> {
    let access = &state.access;
    filter.check(access)?;
    let positions =
        state.files.as_ref().map(|files| Positions { origins: &files.origins, root: &files.root });
    let lines = |line: &bylaws_engine::Line| positions.and_then(|positions| positions.of(Some(line)));
    let people = access.people.iter().filter(|(who, holder)| filter.takes_person(who, holder)).filter_map(
        |(who, holder)| {
            let shows = |place: &_, grant: &_| filter.takes_place(place) && filter.takes_grant(holder, grant);
            let person = PersonDocument::of(who, holder, access, shows, &lines);
            filter.keeps(&person, holder).then_some(person)
        },
    );
    Ok(AccessDocument {
        format_version: FORMAT_VERSION,
        bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
        organization: state.organization.clone(),
        state: state.about.clone(),
        reads: state.reads,
        workspaces: access
            .places
            .iter()
            .filter(|place| filter.takes_place(place))
            .map(PlaceDocument::of)
            .collect(),
        people: people.collect(),
        not_seen: state
            .unseen
            .iter()
            .map(|(what, why)| NotSeen { what: unseen::words(*what).to_owned(), why: why.clone() })
            .collect(),
    })
}

fn changed(
    args: &Access,
    filter: &Filter,
    from: &State,
    to: &State,
    world: &mut World,
) -> Result<ExitStatus, Failure> {
    if from.organization.id != to.organization.id {
        return Err(Failure::other(
            format!(
                "the two states are of different organizations: {} and {}",
                from.organization.id, to.organization.id
            ),
            "name two states of the same organization",
        ));
    }
    if let Some((what, why)) = from.unseen.iter().chain(&to.unseen).next() {
        return Err(Failure::other(
            format!("cannot compare access: {} cannot be read: {why}", unseen::words(*what)),
            "use a credential that may read everything; `bylaws whoami` shows what yours may read",
        ));
    }
    let changes = difference(&from.access, &to.access);
    let document = AccessDiffDocument {
        format_version: FORMAT_VERSION,
        bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
        from: from.about.clone(),
        to: to.about.clone(),
        changes: changes
            .iter()
            .filter(|change| filter.takes_change(change, &from.access, &to.access))
            .map(AccessChangeDocument::of)
            .collect(),
    };
    match args.format {
        TableFormat::Text => world.show(render::difference(&document, world.style)),
        TableFormat::Csv => world.print(&render::difference_csv(&document)),
        TableFormat::Markdown => world.print(&markdown::access_difference(&document)),
        TableFormat::Json => world.print(&pretty(&document)),
    }
    Ok(ExitStatus::Done)
}

/// Returns the two sides of `FROM..TO`. The `..` of a path such as `../q3.json` is not a separator.
fn parted(text: &str) -> Option<(&str, &str)> {
    text.match_indices("..").find_map(|(at, _)| {
        let (from, to) = (text.get(..at)?, text.get(at + 2..)?);
        let is_step = to.starts_with('/') && (from.is_empty() || from.ends_with('/') || from.ends_with(".."));
        (!is_step).then_some((from, to))
    })
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn dots_of_a_path_are_not_a_separator() {
        for (text, sides) in [
            ("v1..v2", Some(("v1", "v2"))),
            ("origin/main..", Some(("origin/main", ""))),
            ("..", Some(("", ""))),
            ("../q3.json..live", Some(("../q3.json", "live"))),
            ("../../q3.json..", Some(("../../q3.json", ""))),
            ("q3.json..../q4.json", Some(("q3.json", "../q4.json"))),
            ("a/../q3.json..b", Some(("a/../q3.json", "b"))),
            ("v1", None),
            ("../q3.json", None),
        ] {
            assert_eq!(parted(text), sides, "{text}");
        }
    }
}
