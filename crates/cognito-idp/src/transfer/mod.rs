//! A pool's users as documents that leave this server whole, and come into a pool of this or another one: what Cognito
//! has no operation for. (own)
//!
//! What goes out: lines of JSON, a [`Head`], then groups, then users, each with everything that makes its owner who they
//! are: hash, former hashes, SRP verifier, software token, devices, passkeys, groups. They are as secret as the passwords
//! themselves: whoever writes them down seals them. What comes in: the same lines; nothing of a line is believed that the
//! pool's rules do not bear.
//! What it must not know: files, keys of files, the terminal. That is the command line's.
//!
//! Not carried: tokens and sessions (everything issued before dies), codes under way, authentication events.

mod document;
mod export;
mod import;
#[cfg(test)]
mod tests;

pub use document::{FORMAT, Head};
pub use export::{Line, Page};
pub use import::{Existing, Importer, Outcome};
