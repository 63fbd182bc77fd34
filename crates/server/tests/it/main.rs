//! The server as a whole, in this process: real listeners on free ports, real bytes on the wire.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the functions that clippy knows as tests")]

mod access;
mod connections;
mod doors;
mod gateway_input;
mod limits;
mod support;
mod tls;
