//! Policy documents on their way in: read by the engine, so that what is kept can be evaluated.

use iam_policy::{Policy, PolicyError, PolicyKind, Version, non_blank_len};

use crate::error::{Result, malformed_at, quota};

/// Characters of a trust policy, blanks not counted.
const MOST_TRUST: usize = 2_048;
/// Characters of a managed policy's version, blanks not counted.
const MOST_MANAGED: usize = 6_144;

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// An inline policy; its bound is that of all inline policies of its holder together.
    Identity,
    /// A managed policy's version.
    Managed,
    /// A role's trust policy.
    Trust,
}

/// A document's size as AWS counts it: blanks left out.
pub fn size(document: &str) -> usize {
    non_blank_len(document)
}

/// Whether a document may be kept.
///
/// # Errors
/// `MalformedPolicyDocument` with what is wrong, `LimitExceeded`.
pub fn check(kind: Document, document: &str) -> Result<()> {
    let parsed_as = match kind {
        Document::Identity | Document::Managed => PolicyKind::Identity,
        Document::Trust => PolicyKind::Trust,
    };
    let policy = Policy::parse(document, parsed_as).map_err(|error| malformed_at(&error))?;
    match kind {
        Document::Managed if policy.version() == Version::V2008 => Err(malformed_at(&PolicyError::outdated_version())),
        Document::Managed if size(document) > MOST_MANAGED => Err(quota("PolicySize", MOST_MANAGED)),
        Document::Trust if size(document) > MOST_TRUST => Err(quota("ACLSizePerRole", MOST_TRUST)),
        _ => Ok(()),
    }
}
