//! Carries out writes: sends the request, reads the answer, and says what follows from a failure.

use std::collections::BTreeSet;
use std::time::Duration;

use bylaws_api::{
    Error, ErrorKind, InviteStatus, InvitesQuery, Reader, WorkspacesQuery, Writer, collect_all,
};
use bylaws_engine::{
    Answer, Facts, Failure, FailureKind, LiveWriter, Standing, WorkspaceId, WorkspaceRef, Write,
};

use super::calls::Call;
use super::translate;

/// The service, as apply sees it.
pub(crate) struct Service {
    writer: Writer,
    /// Workspaces that were there before this run: none of them is what a create made.
    known: BTreeSet<WorkspaceId>,
}

/// A list may lag behind a write by some seconds (the service's behaviour notes, section 9): the waits
/// between looks at it.
const PATIENCE: [u64; 5] = [0, 500, 1_000, 2_000, 4_000];
/// Of workspaces the service takes two of one name, so that a lost create is looked for a minute longer before
/// it is sent again.
const MORE_PATIENCE: [u64; 8] = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

impl Service {
    pub(crate) fn new(writer: Writer, known: BTreeSet<WorkspaceId>) -> Self {
        Self { writer, known }
    }

    fn reader(&self) -> &Reader {
        self.writer.reader()
    }

    async fn send(&self, call: Call) -> Result<Answer, Error> {
        let gone = |request_id| Answer { request_id, ..Answer::default() };
        Ok(match call {
            Call::Workspace(request) => {
                let answer = self.writer.send(request).await?;
                let workspace = translate::workspace(&answer.value);
                Answer {
                    shown: Facts::of_workspace(&workspace),
                    created: Some(workspace.id),
                    request_id: answer.request_id,
                    note: None,
                }
            }
            Call::Invite(request) => {
                let answer = self.writer.send(request).await?;
                one("role", answer.value.role.as_str(), answer.request_id)
            }
            Call::User(request) => {
                let answer = self.writer.send(request).await?;
                one("role", answer.value.role.as_str(), answer.request_id)
            }
            Call::Seat(request) => {
                let answer = self.writer.send(request).await?;
                one("workspace_role", answer.value.workspace_role.as_str(), answer.request_id)
            }
            Call::Key(request) => {
                let answer = self.writer.send(request).await?;
                one("status", answer.value.status.as_str(), answer.request_id)
            }
            Call::Revoke(request) => gone(self.writer.send(request).await?.request_id),
            Call::RemoveMember(request) => gone(self.writer.send(request).await?.request_id),
            Call::RemoveSeat(request) => gone(self.writer.send(request).await?.request_id),
        })
    }

    /// Sends a write, and again where a workspace that this run made is not to be found yet: such a
    /// refusal changes nothing, and passes within seconds (the service's behaviour notes, section 9).
    async fn send_patiently(&self, write: &Write) -> Result<Answer, Error> {
        let just_made = match write {
            Write::AddWorkspaceMember { workspace: WorkspaceRef::Live(id), .. } => !self.known.contains(id),
            _ => false,
        };
        let mut pauses = PATIENCE.into_iter().skip(1).map(Duration::from_millis);
        loop {
            match (self.send(Call::of(write)).await, pauses.next()) {
                (Err(error), Some(pause)) if just_made && error.kind() == ErrorKind::NotFound => {
                    tokio::time::sleep(pause).await;
                }
                (outcome, _) => return outcome,
            }
        }
    }

    /// What a refused withdrawal means: the invite may have been accepted, or be gone already (the
    /// service's behaviour notes, section 4).
    async fn after_refused_revoke(
        &self,
        invite: &bylaws_engine::InviteId,
        error: Error,
    ) -> Result<Answer, Failure> {
        let looked = self.reader().invite(&bylaws_api::InviteId::new(invite.as_str())).await;
        let request_id = error.request_id().map(str::to_owned);
        match looked.map(|answer| answer.value.status) {
            Ok(InviteStatus::Deleted | InviteStatus::Expired) => Ok(gone_already(request_id)),
            Ok(InviteStatus::Accepted) => Err(Failure {
                kind: FailureKind::AcceptedMeanwhile,
                message: "the invite was accepted before it could be withdrawn; the next plan sees a member"
                    .to_owned(),
                request_id,
            }),
            Err(looked) if looked.kind() == ErrorKind::NotFound => Ok(gone_already(request_id)),
            Ok(InviteStatus::Pending | InviteStatus::Unknown(_)) | Err(_) => Err(failure(&error)),
        }
    }

    /// The thing itself, by its id.
    async fn look(&self, write: &Write) -> Result<Option<Standing>, Error> {
        let reader = self.reader();
        let role = |role: &str| Some(Standing::There(Facts::one("role", role)));
        Ok(match write {
            // The list that says a workspace is absent is as old as the plan: names are not unique, so
            // another run may have made it since, and the service would not refuse a second one.
            Write::CreateWorkspace { .. } => self.find(write).await?.map(|answer| {
                Standing::Made(Answer { note: Some("was made meanwhile".to_owned()), ..answer })
            }),
            Write::Invite { .. } | Write::AddWorkspaceMember { .. } => None,
            Write::UpdateWorkspace { workspace, .. } | Write::ArchiveWorkspace { workspace } => {
                let answer = reader.workspace(&bylaws_api::WorkspaceId::new(workspace.as_str())).await?;
                Some(Standing::There(Facts::of_workspace(&translate::workspace(&answer.value))))
            }
            Write::Revoke { invite } => {
                let answer = reader.invite(&bylaws_api::InviteId::new(invite.as_str())).await?;
                match answer.value.status {
                    InviteStatus::Deleted | InviteStatus::Expired => Some(Standing::Gone),
                    // What became of one that is not pending any more, its withdrawal tells.
                    InviteStatus::Accepted | InviteStatus::Unknown(_) => None,
                    InviteStatus::Pending => role(answer.value.role.as_str()),
                }
            }
            Write::SetRole { user, .. } | Write::RemoveMember { user } => {
                let answer = reader.user(&bylaws_api::UserId::new(user.as_str())).await?;
                role(answer.value.role.as_str())
            }
            Write::SetWorkspaceRole { workspace, user, .. }
            | Write::RemoveWorkspaceMember { workspace, user } => {
                let workspace = bylaws_api::WorkspaceId::new(workspace.as_str());
                let user = bylaws_api::UserId::new(user.as_str());
                let answer = reader.workspace_member(&workspace, &user).await?;
                let role = answer.value.workspace_role;
                Some(Standing::There(Facts::one("workspace_role", role.as_str())))
            }
            Write::SetKeyStatus { key, .. } => {
                let answer = reader.api_key(&bylaws_api::ApiKeyId::new(key.as_str())).await?;
                Some(Standing::There(Facts::one("status", answer.value.status.as_str())))
            }
        })
    }

    /// Looks once more after a workspace was made. The service refuses no second one of the same name, so two
    /// runs that looked at the same moment both make one; whoever made theirs later sees both here.
    async fn alone(&self, write: &Write, answer: Answer) -> Result<Answer, Failure> {
        let (Write::CreateWorkspace { settings, .. }, Some(ours)) = (write, &answer.created) else {
            return Ok(answer);
        };
        // It is made: not being able to look again is no reason to call it failed.
        let Ok(all) = collect_all(self.reader().workspaces(WorkspacesQuery::default())).await else {
            return Ok(answer);
        };
        let is_other = |id: &WorkspaceId| id != ours && !self.known.contains(id);
        let others = all.iter().map(translate::workspace);
        match others.into_iter().find(|other| other.name == settings.name && is_other(&other.id)) {
            None => Ok(answer),
            Some(other) => Err(Failure {
                kind: FailureKind::Refused,
                message: format!(
                    "made ({ours}), and somebody else made {} of the same name at the same moment: archive one of \
                     them in the Console, then apply again",
                    other.id
                ),
                request_id: answer.request_id,
            }),
        }
    }

    async fn find(&self, write: &Write) -> Result<Option<Answer>, Error> {
        match write {
            Write::Invite { email, .. } => {
                let query = InvitesQuery {
                    email: Some(email.as_str().to_owned()),
                    statuses: vec![InviteStatus::Pending],
                    ..InvitesQuery::default()
                };
                let invites = collect_all(self.reader().invites(query)).await?;
                let ours = invites.iter().find(|invite| invite.email.to_lowercase() == email.as_str());
                Ok(ours.map(|invite| one("role", invite.role.as_str(), None)))
            }
            Write::CreateWorkspace { settings, .. } => {
                let all = collect_all(self.reader().workspaces(WorkspacesQuery::default())).await?;
                let live = all.iter().map(translate::workspace);
                let ours = live.into_iter().find(|w| w.name == settings.name && !self.known.contains(&w.id));
                Ok(ours.map(|workspace| Answer {
                    shown: Facts::of_workspace(&workspace),
                    created: Some(workspace.id),
                    ..Answer::default()
                }))
            }
            Write::AddWorkspaceMember { workspace: WorkspaceRef::Live(workspace), user, .. } => {
                // The list, not the single look-up: that one may be served from a cache.
                let id = bylaws_api::WorkspaceId::new(workspace.as_str());
                let members = collect_all(self.reader().workspace_members(&id)).await?;
                let ours = members.iter().find(|member| member.user_id.as_str() == user.as_str());
                Ok(ours.map(|member| one("workspace_role", member.workspace_role.as_str(), None)))
            }
            _ => Ok(None),
        }
    }
}

impl LiveWriter for Service {
    async fn standing(&self, write: &Write) -> Result<Option<Standing>, Failure> {
        match self.look(write).await {
            Ok(standing) => Ok(standing),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(Standing::Gone)),
            Err(error) => Err(failure(&error)),
        }
    }

    async fn write(&self, write: &Write) -> Result<Answer, Failure> {
        let error = match self.send_patiently(write).await {
            Ok(answer) => return self.alone(write, answer).await,
            Err(error) => error,
        };
        match (write, error.kind()) {
            (
                Write::RemoveMember { .. } | Write::RemoveWorkspaceMember { .. } | Write::Revoke { .. },
                ErrorKind::NotFound,
            ) => Ok(gone_already(error.request_id().map(str::to_owned))),
            (Write::Revoke { invite }, ErrorKind::Refused) => self.after_refused_revoke(invite, error).await,
            // An earlier run may have been killed while its own add was on the way.
            (Write::AddWorkspaceMember { .. }, ErrorKind::Refused) => match self.find(write).await {
                Ok(Some(answer)) => Ok(Answer { note: Some("was there already".to_owned()), ..answer }),
                Ok(None) | Err(_) => Err(failure(&error)),
            },
            _ => Err(failure(&error)),
        }
    }

    async fn pause(&self, tries: u32) {
        // As long as the client waits between tries of its own.
        tokio::time::sleep(Duration::from_millis(500_u64 << tries.saturating_sub(1).min(4))).await;
    }

    async fn look_up(&self, write: &Write) -> Result<Option<Answer>, Failure> {
        let pauses = match write {
            Write::CreateWorkspace { .. } => MORE_PATIENCE.as_slice(),
            _ => PATIENCE.as_slice(),
        };
        for pause in pauses.iter().copied().map(Duration::from_millis) {
            tokio::time::sleep(pause).await;
            if let Some(answer) = self.find(write).await.map_err(|error| failure(&error))? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }
}

fn one(field: &'static str, value: &str, request_id: Option<String>) -> Answer {
    Answer { shown: Facts::one(field, value), request_id, ..Answer::default() }
}

fn gone_already(request_id: Option<String>) -> Answer {
    Answer { request_id, note: Some("was gone already".to_owned()), ..Answer::default() }
}

/// What follows from an error. One object that always fails must not stop the others; a dead
/// credential or connection stops all.
fn failure(error: &Error) -> Failure {
    let kind = match (error.kind(), error.error_code()) {
        (ErrorKind::OutcomeUnknown, _) => FailureKind::OutcomeUnknown,
        // Tried again after an answer was lost, and never answered: it may have been done.
        (ErrorKind::RateLimited | ErrorKind::Unreachable | ErrorKind::Unavailable, _)
            if error.after_lost_answer() =>
        {
            FailureKind::OutcomeUnknown
        }
        (_, Some("concurrent_membership_change")) => FailureKind::Conflict,
        // Handed back by the client, which holds everything until the wait is over. A read is tried again there,
        // and a wait that is too long has its length with it.
        (ErrorKind::RateLimited, _)
            if error.method() != Some(bylaws_api::Method::Get) && error.retry_after().is_none() =>
        {
            FailureKind::Throttled
        }
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
        (_, Some("sandbox_egress_restricted"))
        | (ErrorKind::Credential | ErrorKind::RateLimited | ErrorKind::Unreachable, _) => FailureKind::Stop,
        (
            ErrorKind::Permission
            | ErrorKind::Refused
            | ErrorKind::NotFound
            | ErrorKind::Unavailable
            | ErrorKind::Protocol,
            _,
        ) => FailureKind::Refused,
    };
    Failure { kind, message: error.to_string(), request_id: error.request_id().map(str::to_owned) }
}
