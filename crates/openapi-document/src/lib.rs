//! Documents of OpenAPI as trees of values: what REST APIs and HTTP APIs are imported from and exported to.
//!
//! What comes in: a text of JSON or YAML, from anybody. What goes out: one tree, bounded in size and depth; and YAML.
//! What it must not know: what OpenAPI means. To read another notation: a function beside `read` in `document.rs`.

mod document;
mod yaml;

pub use document::{DocumentError, MAX_BYTES, read};
pub use yaml::to_yaml;
