//! Functions as processes, by the machine's own Python, Node.js and bash, shut in by the launcher.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "helpers of tests, which clippy takes for code"
)]

mod house;
mod isolation;
mod misbehaviour;
mod node;
mod provided;
mod python;
mod sharing;
mod streaming;
