//! Problems of the files, drawn into the text they are about.

use std::path::PathBuf;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};
use bylaws_config::{Place, Problem, Severity, SourceFile};

use super::style::Style;

/// Where the files are, as the user said it: a folder, or a single file.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) path: PathBuf,
    pub(crate) is_folder: bool,
}

impl Root {
    /// The path of one of the files as the user would open it from where the command runs.
    pub(crate) fn shown(&self, file: &str) -> String {
        let path = if self.is_folder { self.path.join(file) } else { self.path.clone() };
        // `./members.yaml` says no more than `members.yaml`.
        path.strip_prefix(".").unwrap_or(&path).display().to_string()
    }
}

/// All problems, each with its snippet, and a line of counts.
pub(crate) fn render(problems: &[Problem], files: &[SourceFile], root: &Root, style: Style) -> String {
    let renderer = if style.is_on() { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Unicode);
    let mut out = String::new();
    for problem in problems {
        out.push_str(&one(problem, files, root, &renderer));
        out.push_str("\n\n");
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    out.push_str(&counts(errors, problems.len() - errors));
    out
}

/// `2 errors, 1 warning`.
pub(crate) fn counts(errors: usize, warnings: usize) -> String {
    let plural = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    match (errors, warnings) {
        (0, 0) => "no problems".to_owned(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}

fn one(problem: &Problem, files: &[SourceFile], root: &Root, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements: Vec<Element<'_>> =
        vec![snippet(&problem.place, &problem.label, AnnotationKind::Primary, files, root)];
    for (place, label) in &problem.secondary {
        elements.push(snippet(place, label, AnnotationKind::Context, files, root));
    }
    if let Some(help) = &problem.help {
        elements.push(Level::HELP.message(help.clone()).into());
    }
    let group = level.primary_title(problem.message.clone()).id(problem.code).elements(elements);
    renderer.render(&[group])
}

/// The lines of one place, and nothing else of a file that may be large.
fn snippet<'a>(
    place: &Place,
    label: &'a str,
    kind: AnnotationKind,
    files: &'a [SourceFile],
    root: &Root,
) -> Element<'a> {
    let text = files.iter().find(|file| file.name == place.file).map_or("", |file| file.text.as_str());
    let first = text.get(..place.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(place.end..).and_then(|after| after.find('\n'));
    let last = rest.map_or(text.len(), |at| place.end + at);
    let lines = text.get(first..last).unwrap_or("");
    let span = place.start.saturating_sub(first)..place.end.saturating_sub(first).min(lines.len());
    Snippet::source(lines)
        .line_start(usize::try_from(place.line).unwrap_or(1))
        .path(root.shown(&place.file))
        .annotation(kind.span(span).label(label))
        .into()
}
