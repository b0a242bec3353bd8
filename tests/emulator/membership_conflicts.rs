//! Overlapping removals of members: the service refuses all but one.

use std::time::Duration;

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::world::{World, acme};

const NONE: Value = Value::Null;
const CONFLICT: &str = "409 concurrent_membership_change";

async fn told(world: &World, request: &str, body: Value) -> String {
    world.call(request, body).await.told()
}

#[tokio::test]
async fn of_two_concurrent_removals_one_is_refused_and_succeeds_later() {
    let world = World::acme().await;
    let (uma, dev) = ("DELETE /users/user_uma", "DELETE /users/user_dev");
    let (first, second) = tokio::join!(told(&world, uma, NONE), told(&world, dev, NONE));
    let mut both = [first.as_str(), second.as_str()];
    both.sort_unstable();
    assert_eq!(both, ["200", CONFLICT]);
    let again = if first == CONFLICT { uma } else { dev };
    world.story(&[(again, NONE, "200"), (again, NONE, "404 not_found_error")]).await;
}

#[tokio::test]
async fn a_slow_service_refuses_every_overlapping_removal() {
    let latency = Duration::from_millis(60);
    let state = Seed::from_value(acme()).unwrap();
    let world = World::with(Options { state, latency, ..Options::default() }).await;
    let (first, second, third) = tokio::join!(
        told(&world, "DELETE /users/user_uma", NONE),
        told(&world, "DELETE /users/user_dev", NONE),
        told(&world, "DELETE /users/user_bill", NONE),
    );
    let refused = [first, second, third].iter().filter(|told| *told == CONFLICT).count();
    assert_eq!((refused, world.emulator.state().users.len()), (2, 3));
}

#[tokio::test]
async fn sequential_removals_succeed() {
    let world = World::acme().await;
    world.story(&[("DELETE /users/user_uma", NONE, "200"), ("DELETE /users/user_dev", NONE, "200")]).await;
}

#[tokio::test]
async fn other_writes_during_a_removal_succeed() {
    let world = World::acme().await;
    let (removed, added, invited) = tokio::join!(
        told(&world, "DELETE /users/user_uma", NONE),
        told(&world, "DELETE /workspaces/wrkspc_lab/members/user_dev", NONE),
        told(&world, "POST /invites", json!({"email": "new@acme.com", "role": "user"})),
    );
    assert_eq!([removed, added, invited], ["200", "200", "200"]);
}
