//! Operations as the front door calls them, and what of them the gateway then serves. Inputs and outputs bear the
//! model's member names.

mod api_keys;
mod authorizers;
mod bounds;
mod deployments;
mod errors;
mod fixture;
mod methods;
mod patches;
mod resources;
mod rest_apis;
mod restart;
mod scenario;
mod stage_settings;
