//! Operations as the front door calls them, and what of them the gateway then serves. Inputs and outputs bear the
//! model's member names.

mod access;
mod account_parts;
mod api_keys;
mod authorizers;
mod bounds;
mod deployments;
mod documentation;
mod domain_names;
mod errors;
mod fixture;
mod hot_path;
mod methods;
mod modelled_errors;
mod openapi;
mod patch_paths;
mod patches;
mod resources;
mod rest_apis;
mod restart;
mod scenario;
mod sdks;
mod security_policies;
mod stage_settings;
