//! Typed tables, the retry, the master key and the sealer.

mod key;
mod model;
mod retry;
mod seal;
mod table;
