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
use serde::Serialize;

use super::files::{self, Files};
use crate::args::{Comment, DocumentFormat, Output};
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
    pub(super) fn of(args: &Output, world: &World) -> Result<Self, Failure> {
        let Output { format, all, comment: Comment { comment_name, link } } = args.clone();
        let asked = comment_name.is_some() || link.is_some();
        if asked && format != DocumentFormat::Markdown {
            return Err(Failure::other(
                "--comment-name and --link apply to Markdown only",
                "add --format markdown",
            ));
        }
        let comment = markdown::Comment { name: comment_name, link };
        let view = View { style: world.style, all, followed: false };
        Ok(Self { format, comment, paths: RepositoryPaths::new(world), view })
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
            let (root, loaded) = files::read(path, strict, world)?;
            world.print(&match self.format {
                DocumentFormat::Github => {
                    github::annotations(&loaded.problems, &loaded.files, &root, &|file| self.paths.of(file))
                }
                _ => junit::problems(&loaded.problems, &loaded.files, &root),
            });
        }
        files
    }

    /// Loads the files of a revision if there is one, or else those in the folder.
    pub(super) fn load_at(
        &self,
        path: Option<&PathBuf>,
        revision: Option<&String>,
        strict: bool,
        world: &mut World,
    ) -> Result<Files, Failure> {
        match path.zip(revision) {
            Some((path, revision)) => files::load_at(path, revision, strict, world),
            None => self.load(path, strict, world),
        }
    }

    pub(super) fn plan(&self, plan: &PlanDocument) -> Lines {
        self.document(plan, render::plan::render, markdown::plan, github::plan, junit::plan)
    }

    pub(super) fn report(&self, report: &ReportDocument) -> Lines {
        self.document(report, render::report::render, markdown::report, github::report, junit::report)
    }

    pub(super) fn drift(&self, drift: &DriftDocument) -> Lines {
        self.document(drift, render::drift::render, markdown::drift, github::drift, junit::drift)
    }

    pub(super) fn audit(&self, audit: &AuditDocument) -> Lines {
        let text = |audit: &_, view: View| render::audit::text(audit, view.style);
        self.document(audit, text, markdown::audit, github::audit, junit::audit)
    }

    fn document<D: Serialize>(
        &self,
        document: &D,
        text: impl FnOnce(&D, View) -> Lines,
        markdown: impl FnOnce(&D, &markdown::Comment) -> String,
        github: impl FnOnce(&D, &dyn Fn(&str) -> String) -> String,
        junit: impl FnOnce(&D) -> String,
    ) -> Lines {
        Lines::exactly(match self.format {
            DocumentFormat::Text => return text(document, self.view),
            DocumentFormat::Json => pretty(document),
            DocumentFormat::Markdown => markdown(document, &self.comment),
            DocumentFormat::Github => github(document, &|file| self.paths.of(file)),
            DocumentFormat::Junit => junit(document),
        })
    }

    /// Returns the plan as text, whatever the format.
    pub(super) fn text(&self, plan: &PlanDocument) -> Lines {
        render::plan::render(plan, self.view)
    }

    /// Returns the output for an apply that a guard refused, in formats that need one.
    pub(super) fn refused(&self, plan: &PlanDocument) -> Option<Lines> {
        match self.format {
            DocumentFormat::Text => None,
            DocumentFormat::Markdown => Some(Lines::exactly(markdown::refused(plan, &self.comment))),
            _ => Some(self.plan(plan)),
        }
    }

    /// Annotations show on the lines of a change; people also read the log of the job.
    pub(super) fn log(&self, text: impl FnOnce(View) -> Lines, world: &World) {
        if self.format == DocumentFormat::Github {
            world.error(text(self.view));
        }
    }
}
