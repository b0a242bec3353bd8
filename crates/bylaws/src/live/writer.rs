//! The service as used by apply: sends a write, reads a list, and classifies failures. The engine decides whether and
//! when a write is sent again.

use std::time::Duration;

use bylaws_api::{
    ApiKeysQuery, Cause, Error, ErrorKind, InvitesQuery, Notice, Request, UsersQuery, Writer, collect_all,
};
use bylaws_engine::writer::{Answer, Entry, Failure, FailureKind, List, LiveWriter};
use bylaws_engine::{Fact, Facts, WorkspaceId, Write};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::calls::Call;
use super::read::workspace_list;
use super::translate;
use crate::progress::Progress;

/// The service as used by apply.
pub(crate) struct Service {
    writer: Writer,
    /// The start of the time of this service.
    start: Instant,
    progress: Progress,
}

/// The maximum age of a list.
const LONGEST_AGE: Duration = Duration::from_secs(10);
/// The time that so many requests take, if that is longer.
const LONGEST_AGE_IN_REQUESTS: u32 = 20;

/// Called right before a request is sent.
type MayBeSent<'a> = &'a (dyn Fn() -> bool + Sync);

impl Service {
    /// `start` is the start of the reading that the plan was made from.
    pub(crate) fn new(writer: Writer, start: Instant, progress: Progress) -> Self {
        Self { writer, start, progress }
    }

    async fn call(&self, call: Call, may_be_sent: MayBeSent<'_>) -> Result<Option<Answer>, Error> {
        let sent = |request_id, id: &str, about, shown| Answer {
            id: Some(id.to_owned()),
            about,
            shown,
            request_id,
            warning: None,
        };
        let nothing = Facts::default;
        let lives_in = |workspace: &bylaws_api::WorkspaceId| Facts::one("workspace_id", workspace.as_str());
        Ok(match call {
            Call::Workspace(request) => self.send(request, may_be_sent).await?.map(|answer| {
                let workspace = translate::workspace(&answer.value);
                let about = Facts::one("name", workspace.name.as_str());
                sent(answer.request_id, workspace.id.as_str(), about, Facts::of_workspace(&workspace))
            }),
            Call::Invite(request) => self.send(request, may_be_sent).await?.map(|answer| {
                let about = Facts::one("email", answer.value.email);
                let role = Facts::one("role", answer.value.role.as_str());
                sent(answer.request_id, answer.value.id.as_str(), about, role)
            }),
            Call::User(request) => self.send(request, may_be_sent).await?.map(|answer| {
                let about = Facts::one("email", answer.value.email);
                let role = Facts::one("role", answer.value.role.as_str());
                sent(answer.request_id, answer.value.id.as_str(), about, role)
            }),
            Call::Membership(request) => self.send(request, may_be_sent).await?.map(|answer| {
                let role = Facts::one("workspace_role", answer.value.workspace_role.as_str());
                let about = lives_in(&answer.value.workspace_id);
                sent(answer.request_id, answer.value.user_id.as_str(), about, role)
            }),
            Call::Key(request) => self.send(request, may_be_sent).await?.map(|answer| {
                let mut about = answer.value.scope.workspace_id().map(lives_in).unwrap_or_default();
                about.set("name", Fact::Text(answer.value.name.clone()));
                let status = Facts::one("status", answer.value.status.as_str());
                sent(answer.request_id, answer.value.id.as_str(), about, status)
            }),
            Call::Revoke(request) => (self.send(request, may_be_sent).await?)
                .map(|answer| sent(answer.request_id, answer.value.id.as_str(), nothing(), nothing())),
            Call::RemoveMember(request) => (self.send(request, may_be_sent).await?)
                .map(|answer| sent(answer.request_id, answer.value.id.as_str(), nothing(), nothing())),
            Call::RemoveMembership(request) => self.send(request, may_be_sent).await?.map(|answer| {
                let about = lives_in(&answer.value.workspace_id);
                sent(answer.request_id, answer.value.user_id.as_str(), about, nothing())
            }),
        })
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: Request<T>,
        may_be_sent: MayBeSent<'_>,
    ) -> Result<Option<bylaws_api::Answer<T>>, Error> {
        self.writer.send_if(request, may_be_sent).await
    }

    async fn list(&self, list: &List) -> Result<Vec<Entry>, Error> {
        let reader = self.writer.reader();
        Ok(match list {
            List::Invites => {
                let invites = collect_all(reader.invites(InvitesQuery::default())).await?;
                invites.iter().map(|invite| Entry::from(&translate::invite(invite))).collect()
            }
            List::Members => {
                let users = collect_all(reader.users(UsersQuery::default())).await?;
                users.iter().map(|user| Entry::from(&translate::user(user))).collect()
            }
            List::Workspaces => {
                let all = workspace_list(reader, true).await?;
                all.iter().map(|workspace| Entry::from(&translate::workspace(workspace))).collect()
            }
            List::WorkspaceMembers(workspace) => {
                let id = bylaws_api::WorkspaceId::new(workspace.as_str());
                let members = collect_all(reader.workspace_members(&id)).await?;
                translate::workspace_members(&members).iter().map(Entry::from).collect()
            }
            List::ApiKeys => {
                let keys = collect_all(reader.api_keys(ApiKeysQuery::default())).await?;
                translate::api_keys(&keys, None).iter().map(Entry::from).collect()
            }
        })
    }
}

impl LiveWriter for Service {
    async fn write(&self, write: &Write, may_be_sent: MayBeSent<'_>) -> Result<Answer, Failure> {
        match self.call(Call::of(write), may_be_sent).await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(Failure {
                kind: FailureKind::Aged,
                message: "its list had to be read again first".to_owned(),
                request_id: None,
            }),
            Err(error) if error.error_code() == Some("storage_attached_during_archive") => {
                Ok(archived(&error))
            }
            Err(error) => Err(failure(write, &error)),
        }
    }

    async fn read(&self, list: &List) -> Result<Vec<Entry>, Failure> {
        self.list(list).await.map_err(|error| Failure {
            kind: match error.kind() {
                _ if tells_no_day(&error) => FailureKind::Stop,
                ErrorKind::NotFound => FailureKind::NotThere,
                ErrorKind::Credential | ErrorKind::RateLimited | ErrorKind::Unreachable => FailureKind::Stop,
                _ => FailureKind::Refused,
            },
            message: error.to_string(),
            request_id: error.request_id().map(str::to_owned),
        })
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn longest_age(&self) -> Duration {
        LONGEST_AGE.max(self.writer.reader().gap() * LONGEST_AGE_IN_REQUESTS)
    }

    async fn sleep(&self, time: Duration) {
        let reason = "the service may not show the last write yet".to_owned();
        self.progress.notice(&Notice::Waiting { duration: time, reason, attempt: 1 });
        tokio::time::sleep(time).await;
    }
}

/// Returns the result for an archived workspace whose remaining step needs a credential with another scope
/// (`docs/service-behaviour.md#workspaces`).
fn archived(error: &Error) -> Answer {
    let warning = "external storage was attached during the archiving and is still attached; to detach it, archive the \
        workspace again with a credential that has the scope `org:external-storage:use`";
    Answer {
        id: None,
        about: Facts::default(),
        shown: Facts::one("state", "archived"),
        request_id: error.request_id().map(str::to_owned),
        warning: Some(warning.to_owned()),
    }
}

/// Returns whether the service's responses contradict each other about the date: then due changes are unknown.
fn tells_no_day(error: &Error) -> bool {
    error.cause() == Some(&Cause::DaysDisagree)
}

/// Classifies an error (`docs/service-behaviour.md#errors-and-retries`). One object that always fails must not stop
/// the others; an unusable credential or connection stops all.
fn failure(write: &Write, error: &Error) -> Failure {
    let is_too_long = error.retry_after().is_some();
    let kind = match (error.kind(), error.error_code()) {
        _ if tells_no_day(error) => FailureKind::Stop,
        (_, Some("workspace_created_incomplete")) if error.workspace_id().is_some() => {
            let id = error.workspace_id().map(|id| id.as_str().to_owned()).unwrap_or_default();
            FailureKind::Incomplete(WorkspaceId::new(id))
        }
        (ErrorKind::Unavailable, Some("authorization_check_unavailable")) if !is_too_long => {
            FailureKind::NotDone
        }
        (ErrorKind::Unavailable, Some("change_outcome_unknown")) if !is_too_long => FailureKind::SendAgain,
        (ErrorKind::OutcomeUnknown, _) if is_too_long => FailureKind::GaveUp,
        (_, _) if error.after_lost_answer() && is_too_long => FailureKind::GaveUp,
        (ErrorKind::OutcomeUnknown, _) => FailureKind::OutcomeUnknown,
        (_, _) if error.after_lost_answer() => FailureKind::OutcomeUnknown,
        (
            _,
            Some(
                "concurrent_membership_change"
                | "workspace_changed_concurrently"
                | "storage_changed_concurrently"
                | "external_key_changed",
            ),
        ) => FailureKind::Conflict,
        (ErrorKind::Refused, None) if error.status() == Some(409) => FailureKind::Conflict,
        (ErrorKind::RateLimited, _) if !is_too_long => FailureKind::Throttled,
        (ErrorKind::Unreachable, _) => FailureKind::Unreachable,
        (ErrorKind::NotFound, _) => FailureKind::NotThere,
        (_, Some("already_member" | "invite_already_exists")) => FailureKind::AlreadyThere,
        (
            _,
            Some(
                "org_member_limit_exceeded"
                | "workspace_member_limit_exceeded"
                | "org_api_key_limit_exceeded"
                | "workspace_api_key_limit_exceeded",
            ),
        ) => FailureKind::Capacity,
        (ErrorKind::Refused, None) if error.status() == Some(400) => unnamed_refusal(write),
        (_, Some("sandbox_egress_restricted")) | (ErrorKind::Credential | ErrorKind::RateLimited, _) => {
            FailureKind::Stop
        }
        (ErrorKind::Permission | ErrorKind::Refused | ErrorKind::Unavailable | ErrorKind::Protocol, _) => {
            FailureKind::Refused
        }
    };
    Failure { kind, message: error.to_string(), request_id: error.request_id().map(str::to_owned) }
}

/// Returns the possible meaning of a 400 without an error code: the service has no code for a workspace member who
/// already exists or does not exist, nor for an invite that is not pending (`docs/service-behaviour.md#invites` and
/// `docs/service-behaviour.md#workspace-members`). Reading the list decides.
fn unnamed_refusal(write: &Write) -> FailureKind {
    match write {
        Write::AddWorkspaceMember { .. } => FailureKind::AlreadyThere,
        Write::SetWorkspaceRole { .. } | Write::RemoveWorkspaceMember { .. } | Write::Revoke { .. } => {
            FailureKind::NotThere
        }
        Write::CreateWorkspace { .. }
        | Write::UpdateWorkspace { .. }
        | Write::ArchiveWorkspace { .. }
        | Write::Invite { .. }
        | Write::SetRole { .. }
        | Write::RemoveMember { .. }
        | Write::SetKeyStatus { .. } => FailureKind::Refused,
    }
}
