//! Canary releases ("Set up an API Gateway canary release deployment"): the dice decide for each request.

use std::sync::Arc;

use world::Rng;

use crate::plan::StagePlan;

/// The plan that a request to a stage gets.
pub(crate) fn choose(stage: Arc<StagePlan>, rng: &dyn Rng) -> Arc<StagePlan> {
    let Some(canary) = &stage.settings.canary else { return stage };
    let thrown = f64::from(u32::from_be_bytes(world::rng::bytes::<4>(rng))) / f64::from(u32::MAX) * 100.0;
    // All or nothing must not hang on how a float is rounded.
    let chosen = canary.percent >= 100.0 || (canary.percent > 0.0 && thrown < canary.percent);
    if chosen { Arc::clone(&canary.plan) } else { stage }
}
