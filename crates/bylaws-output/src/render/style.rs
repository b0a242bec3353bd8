//! Colors of terminal output.

use anstyle::{AnsiColor, Style as Ansi};

/// Colors words, or leaves them unchanged.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    on: bool,
}

impl Style {
    /// Returns a style that colors words if `on` is set.
    pub fn new(on: bool) -> Self {
        Self { on }
    }

    /// Returns a style that leaves words unchanged.
    pub fn plain() -> Self {
        Self::new(false)
    }

    /// Returns whether words are colored.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// Colors a success or an addition green.
    pub fn good(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// Colors a change or a warning yellow.
    pub fn change(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default(), text)
    }

    /// Colors an error, or words that were removed, bold red.
    pub fn bad(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    pub(crate) fn loss(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    /// Colors words that were added.
    pub(crate) fn given(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default().bold(), text)
    }

    /// Makes a heading bold.
    pub fn head(self, text: &str) -> String {
        self.paint(Ansi::new().bold(), text)
    }

    /// Dims secondary text.
    pub fn dim(self, text: &str) -> String {
        self.paint(Ansi::new().dimmed(), text)
    }

    fn paint(self, style: Ansi, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// The options for showing plans and reports to people.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The colors of the output.
    pub style: Style,
    /// Whether long sections are shown in full.
    pub all: bool,
    /// Whether each finished change was already shown on the same screen.
    pub followed: bool,
}
