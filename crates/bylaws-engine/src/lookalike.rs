//! Confusable characters: what a text looks like, and the ASCII twin of a character. Callers decide what is
//! compared.

use crate::name::comparable;

/// Letters of other scripts that look like ASCII ones.
const TWINS: &[(char, char)] = &[
    // Latin letters and signs beyond ASCII.
    ('\u{131}', 'i'),
    ('\u{2113}', 'l'),
    ('\u{2010}', '-'),
    ('\u{2011}', '-'),
    ('\u{2012}', '-'),
    ('\u{2013}', '-'),
    ('\u{2014}', '-'),
    ('\u{2212}', '-'),
    ('\u{2024}', '.'),
    ('\u{3002}', '.'),
    ('\u{2018}', '\''),
    ('\u{2019}', '\''),
    // Greek.
    ('\u{391}', 'A'),
    ('\u{392}', 'B'),
    ('\u{395}', 'E'),
    ('\u{396}', 'Z'),
    ('\u{397}', 'H'),
    ('\u{399}', 'I'),
    ('\u{39A}', 'K'),
    ('\u{39C}', 'M'),
    ('\u{39D}', 'N'),
    ('\u{39F}', 'O'),
    ('\u{3A1}', 'P'),
    ('\u{3A4}', 'T'),
    ('\u{3A5}', 'Y'),
    ('\u{3A7}', 'X'),
    ('\u{3B1}', 'a'),
    ('\u{3B9}', 'i'),
    ('\u{3BA}', 'k'),
    ('\u{3BD}', 'v'),
    ('\u{3BF}', 'o'),
    ('\u{3C1}', 'p'),
    ('\u{3C5}', 'u'),
    ('\u{3C7}', 'x'),
    ('\u{3F2}', 'c'),
    // Cyrillic.
    ('\u{405}', 'S'),
    ('\u{406}', 'I'),
    ('\u{408}', 'J'),
    ('\u{410}', 'A'),
    ('\u{412}', 'B'),
    ('\u{415}', 'E'),
    ('\u{41A}', 'K'),
    ('\u{41C}', 'M'),
    ('\u{41D}', 'H'),
    ('\u{41E}', 'O'),
    ('\u{420}', 'P'),
    ('\u{421}', 'C'),
    ('\u{422}', 'T'),
    ('\u{423}', 'Y'),
    ('\u{425}', 'X'),
    ('\u{430}', 'a'),
    ('\u{435}', 'e'),
    ('\u{43A}', 'k'),
    ('\u{43E}', 'o'),
    ('\u{440}', 'p'),
    ('\u{441}', 'c'),
    ('\u{443}', 'y'),
    ('\u{445}', 'x'),
    ('\u{455}', 's'),
    ('\u{456}', 'i'),
    ('\u{458}', 'j'),
    ('\u{4BB}', 'h'),
    ('\u{501}', 'd'),
    ('\u{51B}', 'q'),
    ('\u{51D}', 'w'),
];

/// The offset of the full-width forms from their ASCII twins.
const FULL_WIDTH: u32 = 0xFEE0;

/// Returns the ASCII character that looks like `c`, if there is one.
pub fn twin(c: char) -> Option<char> {
    if ('\u{FF01}'..='\u{FF5E}').contains(&c) {
        return char::from_u32(u32::from(c) - FULL_WIDTH);
    }
    TWINS.iter().find(|&&(other, _)| other == c).map(|&(_, ascii)| ascii)
}

/// Returns the visual form of a text: equal for texts that people confuse.
pub fn skeleton(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in comparable(text).chars() {
        let c = if c.is_ascii() { c } else { twin(c).unwrap_or(c) };
        for c in c.to_lowercase() {
            match (out.chars().next_back(), c) {
                (Some('r'), 'n') => replace_last(&mut out, 'm'),
                (Some('v'), 'v') => replace_last(&mut out, 'w'),
                (_, '0') => out.push('o'),
                (_, '1' | 'i') => out.push('l'),
                (_, c) => out.push(c),
            }
        }
    }
    out
}

/// Returns a letter of another alphabet among ASCII letters that looks like one, with the ASCII letter.
pub fn disguise(email: &str) -> Option<(char, char)> {
    let is_mixed = |part: &&str| part.bytes().any(|b| b.is_ascii_alphabetic());
    let letter =
        |c: char| Some((c, twin(c)?)).filter(|(_, ascii)| !c.is_ascii() && ascii.is_ascii_alphabetic());
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let mut parts = std::iter::once(local).chain(domain.split('.')).filter(is_mixed);
    parts.find_map(|part| part.chars().find_map(letter))
}

fn replace_last(out: &mut String, c: char) {
    out.pop();
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::{disguise, skeleton, twin};

    #[test]
    fn texts_that_look_alike_have_the_same_skeleton() {
        for (one, other) in [
            ("bob@acme.com", "b0b@acme.com"),
            ("lily@acme.com", "1iIy@acme.com"),
            ("bernard@acme.com", "bemard@acme.com"),
            ("ewan@acme.com", "evvan@acme.com"),
            ("ada@acme.com", "\u{430}d\u{430}@acme.com"),
            ("Prod", "\u{FF50}rod"),
            ("prod eu", "prod\u{a0}eu"),
            ("café", "cafe\u{301}"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in [("ada", "eda"), ("bob", "rob"), ("person10", "person11"), ("a-b", "a_b")] {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    #[test]
    fn a_letter_is_disguised_only_among_ascii_letters() {
        for text in ["\u{430}da@acme.com", "ada@\u{430}cme.com", "josé-\u{456}@acme.com"] {
            assert!(disguise(text).is_some(), "{text}");
        }
        for text in ["ada@acme.com", "josé@acme.com", "\u{43E}\u{43B}\u{44F}@acme.com", "田中@acme.com"] {
            assert_eq!(disguise(text), None, "{text}");
        }
    }

    #[test]
    fn a_twin_is_another_character_and_ascii() {
        for &(c, ascii) in super::TWINS {
            assert!(!c.is_ascii() && ascii.is_ascii(), "{c}");
            assert_eq!(twin(c), Some(ascii));
        }
        assert_eq!((twin('\u{FF20}'), twin('é'), twin('a')), (Some('@'), None, None));
    }
}
