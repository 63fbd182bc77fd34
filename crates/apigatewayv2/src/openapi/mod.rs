//! OpenAPI 3.0 with the `x-amazon-apigateway-*` extensions that HTTP APIs know ("Working with OpenAPI definitions for HTTP
//! APIs").
//!
//! `read.rs` makes of a document the entities of an API, `import.rs` judges them as the operations do and keeps them all
//! or none, `write.rs` is the way back. A document is taken whole or not at all; what HTTP APIs do not know is told in
//! warnings.

mod import;
mod integration;
mod read;
mod security;
mod write;

pub use import::{judged, replace};
pub use read::{BasePath, Definition, read};
pub use write::{Extensions, export};
