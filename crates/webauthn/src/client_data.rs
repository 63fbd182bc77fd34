//! Client data (section 5.8.1): what the browser says about the page.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::Deserialize;

use crate::origin::may_act_for;
use crate::{Expected, Refusal, Result, bytes_of};

/// What a browser says.
#[derive(Clone, Debug)]
pub struct ClientData {
    kind: String,
    pub challenge: Vec<u8>,
    origin: String,
    cross_origin: bool,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

impl ClientData {
    /// From its JSON.
    pub fn read(json: &[u8]) -> Result<Self> {
        let wire: Wire = serde_json::from_slice(json).map_err(|_| Refusal::Malformed("client data"))?;
        let challenge = bytes_of(&wire.challenge).ok_or(Refusal::Malformed("challenge"))?;
        Ok(Self { kind: wire.kind, challenge, origin: wire.origin, cross_origin: wire.cross_origin })
    }

    /// Whether it is of this ceremony and of a page of the relying party.
    pub fn check(&self, kind: &str, expected: Expected<'_>) -> Result<()> {
        if self.kind != kind {
            return Err(Refusal::Type);
        }
        if verify_slices_are_equal(&self.challenge, expected.challenge).is_err() {
            return Err(Refusal::Challenge);
        }
        // A page in a foreign page's frame could act for somebody who does not see it.
        if self.cross_origin || !may_act_for(&self.origin, expected.relying_party) {
            return Err(Refusal::Origin);
        }
        Ok(())
    }
}
