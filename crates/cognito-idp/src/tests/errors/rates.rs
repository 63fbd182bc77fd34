//! Accounts in a hurry, where rates count: every operation is refused once its category's second is used up.

use serde_json::json;
use store::{MasterKey, Store};

use super::{Shown, built, expect, input};
use crate::Config;
use crate::config::OperationRates;
use crate::rules::limits::of_operation;
use crate::testing::{World, config};

const CODE: &str = "TooManyRequestsException";

fn counting() -> World {
    let config = Config { operation_rates: OperationRates::Provisioned, ..config() };
    World::over(Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap(), config)
}

/// Plays it for all operations that can say so.
pub async fn play(shown: &mut Shown) {
    let world = counting();
    let says = |name: &str| model_cognito_idp::MODEL.operation(name).unwrap().errors.iter().any(|one| one.name == CODE);
    for operation in built().filter(|operation| says(operation.name)) {
        for _ in 0..of_operation(operation.name).default {
            if world.call(operation.name, input(operation)).await.is_err_and(|error| error.code == CODE) {
                break;
            }
        }
        expect(&world, shown, operation.name, input(operation), CODE).await;
    }
}

#[tokio::test]
async fn a_provisioned_rate_counts_a_category_a_region_and_a_second() {
    let world = counting();
    let list = || world.call("ListUserPools", json!({ "MaxResults": 1 }));
    for _ in 0..15 {
        list().await.unwrap();
    }
    assert_eq!(list().await.unwrap_err().to_string(), "TooManyRequestsException: Rate exceeded");
    let other = world.context("eu-central-1");
    world.call_as(&other, "ListUserPools", json!({ "MaxResults": 1 })).await.unwrap();
    world.ok("CreateUserPool", json!({ "PoolName": "demo" })).await;
    world.clock.advance_s(1);
    let limit = json!({ "LimitClass": "API_CATEGORY", "Attributes": { "Category": "UserPoolRead" } });
    let more = json!({ "LimitDefinition": limit, "RequestedLimitValue": 30 });
    world.ok("UpdateProvisionedLimit", more).await;
    world.clock.advance_s(1);
    for _ in 0..30 {
        list().await.unwrap();
    }
    assert_eq!(list().await.unwrap_err().to_string(), "TooManyRequestsException: Rate exceeded");
}
