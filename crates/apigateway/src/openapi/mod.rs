//! OpenAPI 2 and 3 with the `x-amazon-apigateway-*` extensions ("Working with API Gateway extensions to OpenAPI").
//!
//! `document.rs` reads JSON and YAML, bounded. `read.rs` makes of a document the calls that build the API. `run.rs`
//! carries them out beside the store, so that every rule of every operation holds and a refusal leaves nothing behind;
//! `transplant.rs` puts what came of it into the store, in one transaction. `write.rs` is the way back.

pub mod document;
mod method;
pub mod read;
mod run;
mod security;
mod transplant;
mod write;
mod yaml;

pub use run::{Target, import};
pub use transplant::{Mode, Parts, moved_policy};
pub use write::{Exported, Extensions, Format, export};
pub use yaml::to_yaml;
