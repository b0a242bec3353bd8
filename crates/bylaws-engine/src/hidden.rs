//! Characters that are invisible or look like others. One rule for files, addresses and output, so that all
//! of them accept the same text.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCompositionBorrowed;

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// Returns whether a character is a control character, changes how text looks without being visible, or is a
/// letter that looks blank.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' |  '\u{13430}'..='\u{1343F}' | '\u{13441}' | '\u{13442}' | '\u{16FE4}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns whether a character changes the reading direction of its neighbours, so that a reviewer may read
/// another line than the program does.
pub fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns the text in Unicode NFC.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { NFC.normalize(text) }
}

/// Returns the characters of a text with their byte positions, and whether each must be spelled out to be
/// distinguishable: hidden characters, white space other than a plain space, and characters that are
/// decomposed or not in NFC.
pub fn characters(text: &str) -> impl Iterator<Item = (usize, char, bool)> + '_ {
    const COMPOSITION: CanonicalCompositionBorrowed<'static> = CanonicalCompositionBorrowed::new();
    let is_composed = text.is_ascii() || composed(text) == text;
    let mut starter = None;
    text.char_indices().map(move |(at, c)| {
        let mut unseen = is_hidden(c) || c != ' ' && c.is_whitespace();
        if !is_composed && !unseen {
            let joins = starter.is_some_and(|starter| COMPOSITION.compose(starter, c).is_some());
            let changes = composed(c.encode_utf8(&mut [0; 4])) != *c.encode_utf8(&mut [0; 4]);
            unseen = joins || changes;
        }
        if !unseen {
            starter = Some(c);
        }
        (at, c, unseen)
    })
}

#[cfg(test)]
mod tests {
    use super::characters;

    #[test]
    fn characters_that_look_like_others_are_spelled_out() {
        let spelled = |text| -> String {
            let shown = |(_, c, unseen): (usize, char, bool)| {
                if unseen { format!("<{:X}>", u32::from(c)) } else { c.to_string() }
            };
            characters(text).map(shown).collect()
        };
        for (text, shown) in [
            ("prod eu", "prod eu"),
            ("prod\u{a0}eu", "prod<A0>eu"),
            ("café 研究 🛠", "café 研究 🛠"),
            ("cafe\u{301}", "cafe<301>"),
            ("e\u{327}\u{301}", "e<327><301>"),
            ("\u{212b}", "<212B>"),
            ("a\u{200b}\tb", "a<200B><9>b"),
            ("x\u{33d}", "x\u{33d}"),
            ("\u{2800}\u{3164}\u{115f}\u{ffa0}\u{1d159}", "<2800><3164><115F><FFA0><1D159>"),
            ("a\u{202e}b\u{2066}c\u{61c}", "a<202E>b<2066>c<61C>"),
        ] {
            assert_eq!(spelled(text), shown, "{text:?}");
        }
    }
}
