//! Finds brackets and quotes that are open at the beginning of a line, with a small lexer for invalid texts.
//! It is only used to choose the line to report; the parser decides what a text means.

/// The brackets and quotes that are open at a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Open {
    /// The outermost bracket.
    pub(crate) bracket: Option<usize>,
    /// The open quote, inside the bracket if there is one.
    pub(crate) quote: Option<usize>,
}

impl Open {
    /// Returns the first open bracket or quote.
    pub(crate) fn first(self) -> Option<usize> {
        self.bracket.or(self.quote)
    }
}

/// Returns the brackets and quotes that are open at the beginning of the line at `upto`.
pub(crate) fn open_at(text: &str, upto: usize) -> Open {
    let mut lexer = Lexer::default();
    let mut from = 0;
    for line in text.get(..upto).unwrap_or_default().split_inclusive('\n') {
        lexer.line(line.as_bytes(), from);
        from += line.len();
    }
    Open { bracket: lexer.brackets.first().copied(), quote: lexer.quote.map(|(byte, _)| byte) }
}

#[derive(Default)]
struct Lexer {
    brackets: Vec<usize>,
    quote: Option<(usize, u8)>,
    /// The indentation of the parent of a block scalar; deeper lines belong to it.
    block: Option<usize>,
}

impl Lexer {
    fn line(&mut self, line: &[u8], from: usize) {
        let indent = line.iter().take_while(|&&b| b == b' ').count();
        let blank = line.iter().all(u8::is_ascii_whitespace);
        if let Some(parent) = self.block {
            if blank || indent > parent {
                return;
            }
            self.block = None;
        }
        // Quotes and brackets are syntax only where a value may begin.
        let mut fresh = true;
        let mut key_column = indent;
        let mut at = 0;
        while let Some(&byte) = line.get(at) {
            let next = line.get(at + 1).copied().unwrap_or(b'\n');
            if let Some((_, quote)) = self.quote {
                at += match byte {
                    b'\\' if quote == b'"' => 2,
                    b'\'' if quote == b'\'' && next == b'\'' => 2,
                    _ => 1,
                };
                if byte == quote && !(quote == b'\'' && next == b'\'') {
                    self.quote = None;
                    fresh = false;
                }
                continue;
            }
            let in_flow = !self.brackets.is_empty();
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'#' if at == 0 || line.get(at - 1).is_some_and(u8::is_ascii_whitespace) => return,
                b'[' | b'{' if fresh || in_flow => {
                    self.brackets.push(from + at);
                    fresh = true;
                }
                b']' | b'}' if in_flow => {
                    self.brackets.pop();
                    fresh = false;
                }
                b',' if in_flow => fresh = true,
                b':' if in_flow || next.is_ascii_whitespace() => fresh = true,
                b'"' | b'\'' if fresh => self.quote = Some((from + at, byte)),
                b'-' | b'?' if fresh && !in_flow && next.is_ascii_whitespace() => key_column = at + 2,
                b'!' | b'&' if fresh => {
                    at += line.iter().skip(at + 1).take_while(|b| !b.is_ascii_whitespace()).count();
                }
                b'|' | b'>' if fresh && !in_flow => {
                    // The block scalar of a list item is indented relative to its key, not to the dash.
                    self.block = Some(key_column);
                    return;
                }
                _ => fresh = false,
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Open, open_at};

    #[test]
    fn brackets_and_quotes_are_open_until_they_close() {
        let open = |bracket, quote| Open { bracket, quote };
        for (text, expected) in [
            ("a: b\n", open(None, None)),
            ("a: [b\n", open(Some(3), None)),
            ("a: [b, {c: d}\n", open(Some(3), None)),
            ("a: [b, {c: d}]\n", open(None, None)),
            ("a: \"b\n", open(None, Some(3))),
            ("a: \"b\\\"\n  c\"\n", open(None, None)),
            ("a: 'it''s'\n", open(None, None)),
            ("a: it's [x\n", open(None, None)),
            ("a: b # [\n", open(None, None)),
            ("a: b#[c\n", open(None, None)),
            ("\"a: b\n", open(None, Some(0))),
            ("- [\n", open(Some(2), None)),
            ("a: [\"x, y]\n", open(Some(3), Some(4))),
            ("a: |\n  [\n b: \"\n", open(None, None)),
            ("a: >-\n  [\nb: [\n", open(Some(13), None)),
            ("- a: |\n    \"\n  b: {\n", open(Some(18), None)),
            ("a: !x [\n", open(Some(6), None)),
        ] {
            assert_eq!(open_at(text, text.len()), expected, "{text:?}");
        }
    }
}
