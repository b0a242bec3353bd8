//! The output formats of commands, and the options for Markdown.

use bylaws_output::render::markdown::Link;
use clap::{Args as ClapArgs, ValueEnum};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// The output formats of plans and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// Text for people.
    Text,
    /// One JSON document.
    Json,
    /// One comment for a pull request, always short enough for GitHub and GitLab.
    Markdown,
    /// GitHub Actions annotations on the lines that cause refused, blocked or failed changes; the text goes to
    /// standard error.
    Github,
    /// JUnit XML, for CI systems that show test results.
    Junit,
}

/// The options for showing a plan, a report or drift.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Output {
    /// Output format.
    #[arg(long, value_enum, default_value_t = DocumentFormat::Text)]
    pub(crate) format: DocumentFormat,
    /// Show long sections in full instead of ten entries each.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) comment: Comment,
}

/// Options for the Markdown of a plan or a report.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Comment {
    /// Name in the first line of the Markdown, by which the comment is found and edited in place; separates several
    /// configurations in one repository [default: PATH].
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new(), help_heading = "Markdown")]
    pub(crate) comment_name: Option<String>,
    /// URL of the full output, such as the CI run; the Markdown links to it.
    #[arg(long, value_name = "URL", value_parser = Link::parse, help_heading = "Markdown")]
    pub(crate) link: Option<Link>,
}

/// The output formats of `validate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProblemFormat {
    /// Text for people.
    Text,
    /// One JSON document.
    Json,
    /// GitHub Actions annotations on the lines of a pull request.
    Github,
    /// JUnit XML, for CI systems that show test results.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// The output formats of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// A table for people, rounded.
    Text,
    /// One JSON document, exact.
    Json,
    /// One row per item, exact; for spreadsheets and databases.
    Csv,
    /// A Markdown table, for a comment or a wiki.
    Markdown,
}
