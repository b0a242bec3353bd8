//! What the command line says about a comment: shared by all commands that print Markdown.

use crate::args::{Comment, DocumentFormat};
use crate::exit::Failure;
use crate::render::markdown;

/// The comment as it was asked for; fails where no Markdown is printed that could hold it.
pub(super) fn of(args: &Comment, format: DocumentFormat) -> Result<markdown::Comment, Failure> {
    let asked = args.comment_name.is_some() || args.link.is_some();
    if asked && format != DocumentFormat::Markdown {
        return Err(Failure::Usage {
            message: "--comment-name and --link say something about a comment, and none is printed"
                .to_owned(),
            help: "add --format markdown".to_owned(),
        });
    }
    Ok(markdown::Comment { name: args.comment_name.clone(), link: args.link.clone() })
}
