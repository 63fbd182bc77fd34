//! OpenAPI 2 and 3 with the `x-amazon-apigateway-*` extensions ("Working with API Gateway extensions to OpenAPI").
//!
//! `openapi-document` reads JSON and YAML, bounded. `read.rs` makes of a document the calls that build the API. `run.rs`
//! carries them out beside the store, so that every rule of every operation holds and a refusal leaves nothing behind;
//! `transplant.rs` puts what came of it into the store, in one transaction. `write.rs` is the way back.

mod documented;
mod method;
pub mod read;
mod run;
mod security;
mod transplant;
mod write;

pub use openapi_document as document;
pub use openapi_document::to_yaml;
pub use run::{Target, import};
pub use transplant::{Mode, Parts, moved_policy};
pub use write::{Exported, Extensions, Format, export};
