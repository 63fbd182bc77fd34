//! Scenes over a store in memory.

mod definitions;
mod fixture;
mod openapi;
mod refusals;
mod sockets;
