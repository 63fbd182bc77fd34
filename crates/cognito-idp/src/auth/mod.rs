//! Who somebody is: passwords, challenge sessions, codes, tokens, browser sessions, authorization codes
//! (guide: "User pool authentication flow", "Using tokens with user pools").
//!
//! What comes in: names, passwords, codes and tokens as people and programs give them, with the pool and client they
//! are for. What goes out: a [`flow::Step`], tokens, or a refusal in AWS's words. The operations of the AWS API and the
//! hosted pages call the same functions, so that a rule holds whichever way somebody came in.
//! What it must not know: wire requests, HTTP.
//!
//! - `password.rs`, `credential.rs`, `password_policy.rs`, `foreign_hash.rs`, `lockout.rs`, `throttle.rs`: passwords and how
//!   often they may be guessed.
//! - `srp_flow.rs`: passwords that never travel.
//! - `flow.rs`, `visit.rs`, `progress.rs`, `session.rs`: the sign-in state machine and the sessions between its steps.
//! - `initiate.rs`, `choice.rs`, `custom.rs`, `new_password.rs`, `sign_up_session.rs`: its flows and steps.
//! - `second_factor.rs`, `code_step.rs`, `software_token.rs`, `totp.rs`, `mfa_setup.rs`, `mfa_preference.rs`, `factor_proof.rs`:
//!   second factors.
//! - `device.rs`, `device_srp.rs`, `device_step.rs`, `passkey.rs`, `passkey_step.rs`: the devices and passkeys of users.
//! - `chain.rs`, `token.rs`, `refresh_token.rs`, `access_token.rs`: what a sign-in leads to, and its checks.
//! - `derived_token.rs`: tokens for other services, made of tokens. `introspection.rs`: what a token is worth now.
//! - `grant.rs`, `browser.rs`: OAuth grants and the sessions of the hosted pages. `access_list.rs`: what a person may end.
//! - `registration.rs`, `reset.rs`, `profile.rs`: sign-up, forgotten passwords, attributes.
//! - `risk.rs`, `auth_events.rs`, `notice.rs`: threat protection, and what happened.
//! - `code.rs`, `limit.rs`, `destination.rs`: codes by mail and SMS.
//!
//! To add a challenge: a step in `flow.rs` that gives it, an arm in its `answer`, its rules in a file here.

pub mod access_list;
pub mod access_token;
pub mod account;
pub mod attributes;
pub mod auth_events;
pub mod browser;
pub mod chain;
pub mod choice;
pub mod client_auth;
pub mod code;
pub mod code_step;
pub mod credential;
pub mod custom;
pub mod derived_token;
pub mod destination;
pub mod device;
pub mod device_srp;
pub mod device_step;
pub mod factor_proof;
pub mod flow;
pub mod foreign_hash;
pub mod grant;
pub mod id_token;
pub mod initiate;
pub mod introspection;
pub mod limit;
pub mod lockout;
pub mod mfa_preference;
pub mod mfa_setup;
pub mod naming;
pub mod new_password;
pub mod notice;
pub mod passkey;
pub mod passkey_step;
pub mod password;
pub mod password_policy;
pub mod profile;
pub mod progress;
pub mod refresh_token;
pub mod registration;
pub mod reset;
pub mod risk;
mod scratch;
pub mod second_factor;
pub mod secret_hash;
pub mod session;
pub mod session_list;
pub mod sign_up_session;
pub mod slots;
pub mod software_token;
pub mod srp_flow;
pub mod throttle;
pub mod token;
pub mod visit;

#[cfg(test)]
pub(crate) mod tests;

use crate::config::HashParams;

/// What sign-in keeps in memory: nothing that decides.
#[derive(Debug)]
pub struct AuthState {
    /// Hashing slots.
    pub hasher: password::PasswordHasher,
    /// Turns at one name.
    pub gates: lockout::Gates,
}

impl AuthState {
    /// Nothing running.
    pub fn new(hash: HashParams) -> Self {
        Self { hasher: password::PasswordHasher::new(hash), gates: lockout::Gates::new(hash) }
    }
}

/// Lower-case hexadecimal of a SHA-256, for keys of things that must not lie in the store as they are.
pub(crate) fn hashed(text: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
