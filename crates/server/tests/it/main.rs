//! The server as a whole, in this process: real listeners on free ports, real bytes on the wire.

mod access;
mod doors;
mod limits;
mod support;
mod tls;
