//! A store that can be told to fail.

use std::sync::Arc;

use serde_json::json;
use store::StoreError;
use testkit::Ask;
use world::Lock;

use crate::auth::tests::{Lab, flows};
use crate::testing::{World, config};

/// What the store answers instead of doing its work; nothing for work.
pub type Fault = Arc<Lock<Option<StoreError>>>;

/// A lab over such a store, and its switch.
pub async fn faulty_lab() -> (Lab, Fault) {
    let fault = Fault::default();
    let told = Arc::clone(&fault);
    // Commits end in the fault, reads as well where the disk is gone.
    let store = testkit::gated(move |ask| match (ask, told.lock().clone()) {
        (Ask::Commit, Some(fault)) | (Ask::Read, Some(fault @ StoreError::Unavailable(_))) => Err(fault),
        _ => Ok(()),
    });
    let world = World::over(store, config());
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.client(&pool, json!({ "ExplicitAuthFlows": flows() })).await;
    (Lab { world, pool, client }, fault)
}
