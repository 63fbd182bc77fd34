//! Authenticator data (section 6.1): whose relying party, what the authenticator saw, how often it signed, and at
//! registration the new credential.

use crate::cbor;
use crate::cose::PublicKey;
use crate::{Expected, Refusal, Result, Verification};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;
/// Longest credential id (section 4).
const MAX_ID: usize = 1023;

/// What an authenticator says.
#[derive(Clone, Debug)]
pub struct AuthenticatorData<'a> {
    relying_party: &'a [u8; 32],
    flags: u8,
    /// How often the credential signed; 0 where the authenticator does not count.
    pub sign_count: u32,
    /// At registration.
    pub attested: Option<Attested<'a>>,
}

/// A new credential.
#[derive(Clone, Debug)]
pub struct Attested<'a> {
    /// The authenticator's model.
    pub aaguid: [u8; 16],
    pub id: &'a [u8],
    pub key: PublicKey,
    /// Its COSE form.
    pub cose: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Reads the whole input.
    pub fn read(input: &'a [u8]) -> Result<Self> {
        let malformed = || Refusal::Malformed("authenticator data");
        let (relying_party, rest) = input.split_first_chunk::<32>().ok_or_else(malformed)?;
        let ([flags], rest) = rest.split_first_chunk::<1>().ok_or_else(malformed)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or_else(malformed)?;
        let (attested, rest) = match flags & ATTESTED {
            0 => (None, rest),
            _ => Attested::read(rest).map(|(attested, rest)| (Some(attested), rest))?,
        };
        let rest = match flags & EXTENDED {
            0 => rest,
            _ => match cbor::read(rest) {
                Some((cbor::Item::Map(_), rest)) => rest,
                _ => return Err(malformed()),
            },
        };
        if !rest.is_empty() {
            return Err(malformed());
        }
        Ok(Self { relying_party, flags: *flags, sign_count: u32::from_be_bytes(*count), attested })
    }

    /// Whether relying party and flags are as they were asked for.
    pub fn check(&self, expected: Expected<'_>) -> Result<()> {
        if self.relying_party.as_slice() != sha256(expected.relying_party.as_bytes()).as_ref() {
            return Err(Refusal::RelyingParty);
        }
        if self.flags & PRESENT == 0 {
            return Err(Refusal::UserPresence);
        }
        if expected.verification == Verification::Required && !self.is_verified() {
            return Err(Refusal::UserVerification);
        }
        if self.flags & BACKED_UP != 0 && !self.is_backup_eligible() {
            return Err(Refusal::Malformed("backup flags"));
        }
        Ok(())
    }

    /// The authenticator knew its user.
    pub const fn is_verified(&self) -> bool {
        self.flags & VERIFIED != 0
    }

    /// The credential may live on several devices.
    pub const fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }
}

impl<'a> Attested<'a> {
    fn read(input: &'a [u8]) -> Result<(Self, &'a [u8])> {
        let malformed = || Refusal::Malformed("attested credential");
        let (aaguid, rest) = input.split_first_chunk::<16>().ok_or_else(malformed)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(malformed)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if !(1..=MAX_ID).contains(&length) {
            return Err(malformed());
        }
        let (id, rest) = rest.split_at_checked(length).ok_or_else(malformed)?;
        let (item, after) = cbor::read(rest).ok_or_else(malformed)?;
        let (cose, _) = rest.split_at_checked(rest.len() - after.len()).ok_or_else(malformed)?;
        Ok((Self { aaguid: *aaguid, id, key: PublicKey::from_item(&item)?, cose }, after))
    }
}

pub fn sha256(bytes: &[u8]) -> aws_lc_rs::digest::Digest {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes)
}
