//! SAML 2.0 as a service provider sees it (SAML Core, Bindings and Profiles of March 2005; XML Signature Syntax and
//! Processing 1.1; Exclusive XML Canonicalization 1.0): an identity provider's response is read and proven, and its
//! metadata is read.
//!
//! What comes in: the base64 text of a `Response`, a metadata document, what is expected, the time. What goes out: an
//! [`Assertion`] that is proven as a whole, [`Metadata`], or a [`Refusal`]. What it must not know: users, pools, roles,
//! where anything is kept, what time it is. It remembers no assertion: that one is used once only is its callers' task,
//! who are given [`Assertion::id`] and [`Assertion::expires`].
//!
//! - `tree.rs`: one parser, one tree. All else reads that tree, so that no two readings can differ.
//! - `c14n.rs`: the bytes that are signed. `signature.rs`: which element a signature covers, and whether it holds.
//! - `response.rs`: the response and its judgement. `metadata.rs`: identity providers and their keys.
//! - `aws.rs`: AWS's own names and places as a service provider.
//! - `soft.rs`: an identity provider in software, for tests.
//!
//! Refused, although the standards know them: document types, processing instructions, SHA-1, HMAC, transforms other
//! than the enveloped signature and exclusive canonicalization, references to anything but the signature's own parent,
//! encrypted assertions, several assertions.
//!
//! To add a signature algorithm: a line in `signature.rs`, [`SigningKey`]'s sort of key, a test beside attack 132.

pub mod aws;
mod c14n;
mod metadata;
mod response;
mod signature;
#[cfg(any(test, feature = "soft"))]
pub mod soft;
mod tree;

#[cfg(test)]
mod tests;

pub use metadata::{Endpoint, Metadata};
pub use response::{Assertion, Attribute, Expected, NameId, Response, Solicited};
pub use signature::SigningKey;

/// The most bytes of a response's XML. (attack 133)
pub const MAX_RESPONSE: usize = 256 * 1024;

/// Why something is refused. The texts are for logs and never hold what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The text is not base64.
    #[error("not base64")]
    Base64,
    /// Larger, deeper or wider than what is read.
    #[error("beyond the bounds: {0}")]
    Bounds(&'static str),
    /// Not XML, or XML of a kind that is not read.
    #[error("not well-formed: {0}")]
    Xml(&'static str),
    /// Not what SAML says.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// A part of the standards that is not taken.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// No signature covers the assertion.
    #[error("nothing is signed")]
    Unsigned,
    /// A signature by another key, or over something else.
    #[error("the signature does not hold")]
    Signature,
    /// The identity provider says that it did not authenticate anybody.
    #[error("the identity provider answers with another status than success")]
    Status,
    /// Another issuer.
    #[error("another issuer")]
    Issuer,
    /// Meant for another audience.
    #[error("another audience")]
    Audience,
    /// Sent to another place.
    #[error("another recipient or destination")]
    Recipient,
    /// Nobody may bring it who merely holds it.
    #[error("no bearer may present it")]
    Confirmation,
    /// An answer to another request, or to one where none was made.
    #[error("an answer to another request")]
    InResponseTo,
    /// Over its time.
    #[error("expired")]
    Expired,
    /// Before its time.
    #[error("not valid yet")]
    NotYetValid,
}

/// What may be refused.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;
