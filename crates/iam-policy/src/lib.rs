//! AWS's policy language and the policy evaluation logic (IAM guide, "IAM JSON policy reference" and "Policy
//! evaluation logic").
//!
//! In: policy documents, each compiled once by [`Policy::parse`]; then, per request, a [`Request`] (who, what action,
//! on which resource, with which [`Context`] of condition keys) and the [`Policies`] that apply to it. Out: a
//! [`Decision`] that names the statement that decided and can print AWS's sentence of denial. A lone policy is asked
//! by [`Policy::outcome`]; API Gateway's two tables are [`same_account`] and [`cross_account`].
//!
//! This room must not know where policies are kept, how a caller was proven, HTTP, or clocks. Whoever has those fills
//! a [`Principal`] and a [`Context`].
//!
//! Every input has a bound: documents, nesting, statements, patterns; matching a wildcard never goes back over a `*`.
//! What cannot be understood is refused when the document is parsed and never granted when it is evaluated.
//!
//! How to add:
//! - a condition operator: a line in `condition/operator.rs`, an arm in `condition/mod.rs` where it compares a new
//!   kind of value, and a case in the tests;
//! - a kind of caller: a variant of [`Principal`] and the compiler lists the rest;
//! - a kind of policy: a variant of [`PolicyKind`], its words in `decision.rs`, its place in `evaluate.rs`;
//! - a rule about documents: `parse.rs` and a variant of [`Fault`] with AWS's sentence.
//!
//! Where AWS's guides leave a choice, it was made like this: the value of a variable is text, its `*` are no
//! wildcards; a statement with a variable that has no value applies to nothing, be it Allow or Deny; condition values
//! that are no number, date, address, truth value or base64 are refused with the document; a request's value that is
//! none matches nothing, so that a negated operator holds; `*` as principal does not stand for a web identity, which
//! must be named by its provider.

mod condition;
mod context;
mod decision;
mod document;
mod error;
mod evaluate;
mod glob;
mod json;
mod parse;
mod pattern;
mod policy;
mod principal;
mod public;
mod statements;

#[cfg(test)]
mod tests;

pub use context::Context;
pub use decision::{Decision, Grant, Outcome, Reason, StatementRef, masked_account};
pub use document::{MAX_DOCUMENT_BYTES, Position, non_blank_len};
pub use error::{Fault, PolicyError};
pub use evaluate::{Policies, Request, cross_account, evaluate, same_account};
pub use policy::{Effect, Policy, PolicyKind, Version};
pub use principal::Principal;
