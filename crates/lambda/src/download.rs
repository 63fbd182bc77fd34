//! Where a function's code can be fetched: an address whose last piece is sealed, holds the zip's digest and its time, and
//! is all the permission that is asked for, as AWS's presigned addresses are.

use aws_types::Timestamp;
use bytes::Bytes;

use crate::Lambda;
use crate::error::Result;

/// How long an address holds (API reference, "GetFunction").
const HOLDS_MS: i64 = 600_000;
/// What the sealed piece is for.
const PURPOSE: &str = "lambda code address";

impl Lambda {
    /// The address of a zip.
    pub(crate) fn code_address(&self, sha256: &str, now: Timestamp) -> String {
        let until = now.plus_ms(HOLDS_MS).ms();
        let token = self.store().sealer().page_token(PURPOSE, &format!("{sha256} {until}"));
        format!("{}/_aws/lambda-code/{token}", self.config.base_url)
    }

    /// The zip at an address; none where the address does not hold.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn code_at(&self, token: &str, now: Timestamp) -> Result<Option<Bytes>> {
        let Some(text) = self.store().sealer().read_page_token(PURPOSE, token) else { return Ok(None) };
        let Some((sha256, until)) = text.split_once(' ') else { return Ok(None) };
        if until.parse::<i64>().map_or(true, |until| until < now.ms()) {
            return Ok(None);
        }
        self.doors.code.read(sha256).await
    }
}
