//! Prints plans and reports in the requested format, for all commands that print them.

use std::path::PathBuf;

use bylaws_output::document::audit::AuditDocument;
use bylaws_output::document::drift::DriftDocument;
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::pretty;
use bylaws_output::document::report::ReportDocument;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::View;
use bylaws_output::render::{self, github, junit, markdown};

use super::files::{self, Files};
use crate::args::{Comment, DocumentFormat};
use crate::exit::Failure;
use crate::repository_path::RepositoryPaths;
use crate::world::World;

/// The options for printing a plan or a report.
pub(super) struct Printed {
    format: DocumentFormat,
    comment: markdown::Comment,
    /// The file that annotations without a line point at.
    paths: RepositoryPaths,
    view: View,
}

impl Printed {
    /// Fails if options for a comment are given without Markdown output.
    pub(super) fn of(format: DocumentFormat, args: &Comment, world: &World) -> Result<Self, Failure> {
        let asked = args.comment_name.is_some() || args.link.is_some();
        if asked && format != DocumentFormat::Markdown {
            return Err(Failure::Usage {
                message: "--comment-name and --link apply to Markdown only".to_owned(),
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

    /// Sets whether long sections of text are shown in full.
    pub(super) fn all(mut self, all: bool) -> Self {
        self.view.all = all;
        self
    }

    /// Omits finished changes that progress already showed and that have nothing to add.
    pub(super) fn followed(mut self, followed: bool) -> Self {
        self.view.followed = followed;
        self
    }

    /// Loads the files. If they have problems there is no plan, so the problems are printed in the requested format.
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
            let loaded = bylaws_kinds::load(&world.path(&root.path)).map_err(Failure::NoFiles)?;
            let loaded = if strict { loaded.strictly() } else { loaded };
            world.print(&match self.format {
                DocumentFormat::Github => {
                    github::annotations(&loaded.problems, &loaded.files, &root, &|file| self.paths.of(file))
                }
                _ => junit::problems(&loaded.problems, &loaded.files, &root),
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

    pub(super) fn drift(&self, drift: &DriftDocument) -> Lines {
        Lines::exactly(match self.format {
            DocumentFormat::Text => return render::drift::render(drift, self.view),
            DocumentFormat::Json => pretty(drift),
            DocumentFormat::Markdown => markdown::drift(drift, &self.comment),
            DocumentFormat::Github => github::drift(drift, &|file| self.paths.of(file)),
            DocumentFormat::Junit => junit::drift(drift),
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

    /// Returns the plan as text, whatever the format.
    pub(super) fn text(&self, plan: &PlanDocument) -> Lines {
        render::plan::render(plan, self.view)
    }

    /// Returns the output for an apply that a guard refused, in formats that need one.
    pub(super) fn refused(&self, plan: &PlanDocument) -> Option<Lines> {
        match self.format {
            DocumentFormat::Text | DocumentFormat::Json => None,
            DocumentFormat::Markdown => Some(Lines::exactly(markdown::refused(plan, &self.comment))),
            DocumentFormat::Github | DocumentFormat::Junit => Some(self.plan(plan)),
        }
    }

    /// Annotations show on the lines of a change; people also read the log of the job.
    pub(super) fn log(&self, text: impl FnOnce(View) -> Lines, world: &World) {
        if self.format == DocumentFormat::Github {
            world.error(text(self.view));
        }
    }
}
