//! Typed tables, paging, sweeps, the feed's followers, the retry, the master key and the sealer.

mod follow;
mod key;
mod model;
mod pages;
mod retry;
mod seal;
mod sweep;
mod table;
