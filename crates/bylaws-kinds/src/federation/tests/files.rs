//! What is written reads back; imports and refused lists.

use super::*;

#[test]
fn a_refused_list_blocks_the_section_and_nothing_else() {
    for list in ["federation_issuers", "federation_rules"] {
        let mut lists = lists();
        lists.remove(list);
        let live = live_of(&lists);
        let reason =
            "blocked federation: not read, so nothing is changed: the snapshot does not contain them";
        assert_eq!(shown(&planned(&files(FILES), &live)), [reason]);
        let nothing =
            format!("{}federation: {{}}\n", &FILES[..FILES.find("federation:").expect("the section")]);
        assert_eq!(shown(&planned(&files(&nothing), &live)), Vec::<String>::new());
    }
}

#[test]
fn what_is_written_reads_back_and_hashes_alike() {
    let keys = "jwks: discovery >> jwks: {inline: {keys: [{kty: EC, kid: a, crv: P-256, x: AQ, y: Ag}]}}";
    for edit in ["", keys, "jwks: discovery >> jwks: {explicit_url: https://a.b/c}; [production] >> all"] {
        let before = loaded(&edited(edit));
        let desired = before.desired.clone().expect("files");
        let after = loaded(&write_single(&desired, &bylaws_config::Notes::new()));
        assert_eq!(after.desired.as_ref(), Some(&desired), "{:?}", after.problems);
        assert_eq!(before.digest, after.digest);
    }
}

#[test]
fn an_import_says_what_is_live() {
    let live = live_with(&[]);
    let mut desired = files(&FILES[..FILES.find("federation:").expect("the section")]);
    let left_out =
        crate::federation::objects::Issuers.import(&live, None, Target::Organization(&mut desired));
    assert!(left_out.is_empty(), "{left_out:?}");
    assert_eq!(shown(&planned(&desired, &live)), Vec::<String>::new());
}
