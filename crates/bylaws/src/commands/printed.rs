//! Plans and reports in the format that was asked for: shared by all commands that print them.

use std::path::PathBuf;

use super::files::{self, Files};
use crate::args::{Comment, DocumentFormat};
use crate::exit::Failure;
use crate::repository_path::RepositoryPaths;
use crate::world::World;
use bylaws_output::document::audit::AuditDocument;
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::pretty;
use bylaws_output::document::report::ReportDocument;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::View;
use bylaws_output::render::{self, github, junit, markdown};

/// How a plan or a report is printed.
pub(super) struct Printed {
    format: DocumentFormat,
    comment: markdown::Comment,
    /// Where annotations point.
    paths: RepositoryPaths,
    view: View,
}

impl Printed {
    /// Fails where something is said about a comment, and no Markdown is printed that could hold it.
    pub(super) fn of(format: DocumentFormat, args: &Comment, world: &World) -> Result<Self, Failure> {
        let asked = args.comment_name.is_some() || args.link.is_some();
        if asked && format != DocumentFormat::Markdown {
            return Err(Failure::Usage {
                message: "--comment-name and --link say something about a comment, and none is printed"
                    .to_owned(),
                help: "add --format markdown".to_owned(),
            });
        }
        let comment = markdown::Comment { name: args.comment_name.clone(), link: args.link.clone() };
        Ok(Self {
            format,
            comment,
            paths: RepositoryPaths::new(world),
            view: View { style: world.style(), all: false, followed: false },
        })
    }

    /// With long sections of text in full, or cut.
    pub(super) fn all(mut self, all: bool) -> Self {
        self.view.all = all;
        self
    }

    /// Without the changes that were on the screen when they were finished, and have nothing more to say.
    pub(super) fn followed(mut self, followed: bool) -> Self {
        self.view.followed = followed;
        self
    }

    /// Loads the files. Where they have problems there will be no plan, and these are what a review has to show.
    pub(super) fn load(
        &self,
        path: Option<&PathBuf>,
        strict: bool,
        world: &mut World,
    ) -> Result<Files, Failure> {
        let files = files::load(path, strict, world);
        if let (Err(Failure::Problems), DocumentFormat::Github | DocumentFormat::Junit) =
            (&files, self.format)
        {
            let root = files::find(path, world)?;
            let loaded = bylaws_config::load(&world.path(&root.path)).map_err(Failure::NoFiles)?;
            let loaded = if strict { loaded.strictly() } else { loaded };
            world.print(&match self.format {
                DocumentFormat::Github => github::annotations(&loaded, &root, &|file| self.paths.of(file)),
                _ => junit::problems(&loaded, &root),
            });
        }
        files
    }

    pub(super) fn plan(&self, plan: &PlanDocument) -> Lines {
        Lines::exactly(match self.format {
            DocumentFormat::Text => return render::plan::render(plan, self.view),
            DocumentFormat::Json => pretty(plan),
            DocumentFormat::Markdown => markdown::plan(plan, &self.comment),
            DocumentFormat::Github => github::plan(plan, &|file| self.paths.of(file)),
            DocumentFormat::Junit => junit::plan(plan),
        })
    }

    pub(super) fn report(&self, report: &ReportDocument) -> Lines {
        Lines::exactly(match self.format {
            DocumentFormat::Text => return render::report::render(report, self.view),
            DocumentFormat::Json => pretty(report),
            DocumentFormat::Markdown => markdown::report(report, &self.comment),
            DocumentFormat::Github => github::report(report, &|file| self.paths.of(file)),
            DocumentFormat::Junit => junit::report(report),
        })
    }

    pub(super) fn audit(&self, audit: &AuditDocument) -> Lines {
        Lines::exactly(match self.format {
            DocumentFormat::Text => return render::audit::text(audit, self.view.style),
            DocumentFormat::Json => pretty(audit),
            DocumentFormat::Markdown => markdown::audit(audit, &self.comment),
            DocumentFormat::Github => github::audit(audit, &|file| self.paths.of(file)),
            DocumentFormat::Junit => junit::audit(audit),
        })
    }

    /// The plan for people, whatever the format.
    pub(super) fn text(&self, plan: &PlanDocument) -> Lines {
        render::plan::render(plan, self.view)
    }

    /// What stands in for the report of an apply that a guard refused, where something must.
    pub(super) fn refused(&self, plan: &PlanDocument) -> Option<Lines> {
        match self.format {
            DocumentFormat::Text | DocumentFormat::Json => None,
            DocumentFormat::Markdown => Some(Lines::exactly(markdown::refused(plan, &self.comment))),
            DocumentFormat::Github | DocumentFormat::Junit => Some(self.plan(plan)),
        }
    }

    /// Annotations show on the lines of a change; the log of the job is read by people too.
    pub(super) fn log(&self, text: impl FnOnce(View) -> Lines, world: &World) {
        if self.format == DocumentFormat::Github {
            world.error(text(self.view));
        }
    }
}
