//! Characters that people cannot see, or cannot tell from others. One rule for files, addresses and output, so that
//! what one part takes another does not refuse.

use icu_normalizer::properties::CanonicalCompositionBorrowed;

use crate::name::composed;

/// Control characters and characters that change how text looks without being seen.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The characters of a text with their byte positions, and whether each must be spelled out to be told from another:
/// a hidden one, white space that is not a plain space, or one that stands decomposed or in another form than NFC.
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
    fn what_looks_like_another_character_is_spelled_out() {
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
        ] {
            assert_eq!(spelled(text), shown, "{text:?}");
        }
    }
}
