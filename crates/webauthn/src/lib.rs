//! Passkeys as a relying party sees them (Web Authentication Level 3, sections 7.1 and 7.2): what an authenticator made
//! or signed is read and judged.
//!
//! What comes in: the JSON forms of browsers (`RegistrationResponseJSON`, `AuthenticationResponseJSON`), what was asked,
//! and what is known of the credential. What goes out: a new credential, what was seen of a known one, or a [`Refusal`].
//! What it must not know: users, pools, where anything is kept, what time it is.
//!
//! - `cbor.rs`: the small part of CBOR that authenticators speak. `cose.rs`: public keys and their signatures.
//! - `authenticator_data.rs`, `client_data.rs`: the two halves of what is signed.
//! - `registration.rs`, `assertion.rs`: the two ceremonies. `origin.rs`: which pages may act for a relying party.
//! - `soft.rs`: an authenticator in software, for tests.
//!
//! To add an algorithm: a variant in `cose.rs`; it is offered where [`Algorithm::ALL`] is.

mod assertion;
mod authenticator_data;
mod cbor;
mod client_data;
mod cose;
mod origin;
mod registration;
#[cfg(any(test, feature = "soft"))]
pub mod soft;

#[cfg(test)]
mod tests;

pub use assertion::{Assertion, Known, Seen};
pub use cose::{Algorithm, PublicKey};
pub use origin::may_act_for;
pub use registration::{NewCredential, Registration};

/// What a ceremony was begun with.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The challenge that was given out.
    pub challenge: &'a [u8],
    /// The relying party's id: a host name.
    pub relying_party: &'a str,
    /// Whether the authenticator must know its user.
    pub verification: Verification,
}

/// `userVerification`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Without it the ceremony fails.
    Required,
    /// With or without.
    Preferred,
}

/// Why a ceremony fails. The texts are for logs and never hold what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not what a browser gives.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// `webauthn.get` where `webauthn.create` was due, or the reverse.
    #[error("a credential of the other ceremony")]
    Type,
    /// Not the challenge that was given out.
    #[error("another challenge")]
    Challenge,
    /// A page that may not act for the relying party.
    #[error("an origin that is not the relying party's")]
    Origin,
    /// A credential of another relying party.
    #[error("another relying party")]
    RelyingParty,
    /// Nobody was there.
    #[error("no user was present")]
    UserPresence,
    /// The authenticator did not verify its user although it had to.
    #[error("the user was not verified")]
    UserVerification,
    /// An algorithm or attestation that was not asked for.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// An attestation that does not hold.
    #[error("the attestation does not hold")]
    Attestation,
    /// A signature by another key, or over something else.
    #[error("the signature does not hold")]
    Signature,
    /// The signature counter did not grow: the credential may have been copied.
    #[error("the signature counter went back")]
    SignCount,
}

/// Text of a [`Refusal`]'s kind of result.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;

/// Base64url, as browsers write bytes; padding is not minded.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}
