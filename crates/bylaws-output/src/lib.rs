//! What Bylaws prints: typed documents for other programs, and text, Markdown, annotations and pages for people.
//!
//! Documents are made of values of the engine and of the reader of the files; renderers read documents alone. Nothing
//! here reads files, the network, the environment or a clock.

pub mod document;
pub mod render;
pub mod unseen;
