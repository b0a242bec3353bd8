//! What the Activity Feed says about members and invites.

use crate::attribution::trail::Effect::{Added, Changed, Completed, Removed};
use crate::attribution::trail::Values::{Is, Unknown, Was};
use crate::attribution::trail::{Row, Silent, Trail};

const INVITE: &[&str] = &["invite_id", "invited_email"];
const USER: &[&str] = &["user_id"];

pub(crate) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("org_user_invite_sent", Added, INVITE, Is("role", "invited_role")),
        Row::new("org_user_invite_re_sent", Added, INVITE, Is("role", "invited_role")),
        Row::new("org_user_invite_accepted", Completed, &["invite_id", "actor"], Unknown),
        Row::new("org_user_invite_deleted", Removed, INVITE, Unknown),
        Row::new("org_user_invite_rejected", Removed, &["invite_id", "actor"], Unknown),
        Row::new("org_user_deleted", Removed, &["deleted_user_id", "deleted_user_email"], Unknown),
        Row::new("org_user_left", Removed, &["actor"], Unknown),
        Row::new("scim_user_created", Added, USER, Unknown),
        Row::new("scim_user_updated", Changed, USER, Unknown),
        Row::new("scim_user_deleted", Removed, USER, Unknown),
        Row::new("role_assignment_granted", Changed, &["target_id"], Is("role", "role")),
        Row::new("role_assignment_revoked", Changed, &["target_id"], Was("role", "role")),
        Row::new("primary_owner_transferred", Changed, &["new_owner_id", "previous_owner_id"], Unknown),
    ],
    silent: &[Silent {
        field: "role",
        always: false,
        why: "no entry; a role that is set with an admin key leaves none",
    }],
};
