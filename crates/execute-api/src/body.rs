//! What a response's body is: there, or still to come.

use aws_types::ByteStream;
use bytes::Bytes;

/// A body.
#[derive(Debug)]
pub enum Body {
    /// It is there.
    Whole(Bytes),
    /// It comes piece by piece. Where it ends in an error, the connection must not end as if all were well.
    Stream(ByteStream),
}

impl Default for Body {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}
