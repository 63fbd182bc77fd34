//! The aws-chunked encoding of S3 uploads (S3 API reference, "Transferring payload in multiple chunks").
//!
//! `hex-size[;chunk-signature=…]` CRLF data CRLF, and so on until a chunk of size 0, then trailers, then an empty line.
//! Each signature covers the one before it, the first covers the request's. The decoder works on whatever pieces the
//! network gives; bytes of a signed chunk leave it only when their signature is proven.

use aws_types::AwsError;

use crate::key::{SigningKey, sha256_hex};

/// The largest signed chunk, which has to be held until its signature is proven.
pub const MAX_SIGNED_CHUNK_BYTES: usize = 16 * 1024 * 1024;
/// The longest line: a chunk's header or one trailer.
pub const MAX_LINE_BYTES: usize = 4096;
/// The most trailers.
pub const MAX_TRAILERS: usize = 16;
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Which kind of chunks, by the value of `x-amz-content-sha256`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: every chunk is signed.
    Signed,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`: every chunk is signed, and the trailers.
    SignedTrailer,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: only framing and trailers, what today's clients send by default.
    UnsignedTrailer,
}

impl Kind {
    /// By the header's value; `None` where the body is not chunked.
    pub fn of(content_sha256: &str) -> Option<Self> {
        match content_sha256 {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Some(Self::Signed),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Some(Self::SignedTrailer),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Some(Self::UnsignedTrailer),
            _ => None,
        }
    }
}

/// Why a chunked body is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// The framing is broken.
    #[error("the chunked body is malformed: {0}")]
    Malformed(&'static str),
    /// A trailer is broken.
    #[error("the trailers are malformed")]
    Trailer,
    /// A signature is wrong.
    #[error("a chunk's signature is wrong")]
    Signature,
    /// The body ended early, or is not as long as it said.
    #[error("the body is not as long as it said")]
    Length,
    /// Over a bound.
    #[error("a chunk is too large")]
    TooLarge,
}

impl ChunkError {
    /// The error in S3's words.
    pub fn to_aws(self) -> AwsError {
        match self {
            Self::Malformed(_) => AwsError::sender(
                "InvalidRequest",
                400,
                "The request body is not well-formed in the aws-chunked encoding.",
            ),
            Self::Trailer => AwsError::sender(
                "MalformedTrailerError",
                400,
                "The request contained trailing data that was not well-formed or did not conform to our published \
                 schema.",
            ),
            Self::Signature => AwsError::sender(
                "SignatureDoesNotMatch",
                403,
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method.",
            ),
            Self::Length => AwsError::sender("IncompleteBody", 400, "The request body terminated unexpectedly"),
            Self::TooLarge => AwsError::sender(
                "InvalidChunkSizeError",
                403,
                "A chunk of the request is larger than the largest that is accepted.",
            ),
        }
    }
}

/// The chain of chunk signatures.
#[derive(Clone, Debug)]
pub struct ChunkSigner {
    key: SigningKey,
    at: String,
    scope: String,
    previous: String,
}

impl ChunkSigner {
    /// Begins the chain: time and scope of the request's signature, and that signature as the seed.
    pub const fn new(key: SigningKey, at: String, scope: String, seed_signature: String) -> Self {
        Self { key, at, scope, previous: seed_signature }
    }

    /// The signature of the next chunk, which becomes the seed of the one after.
    pub fn sign_chunk(&mut self, data: &[u8]) -> String {
        let text = self.chunk_text(data);
        self.advance(&text)
    }

    /// The signature of the trailers, each `name:value` and a line feed.
    pub fn sign_trailers(&mut self, canonical_trailers: &str) -> String {
        let text = self.trailer_text(canonical_trailers);
        self.advance(&text)
    }

    fn advance(&mut self, text: &str) -> String {
        self.previous = self.key.signature(text);
        self.previous.clone()
    }

    fn prove(&mut self, text: &str, signature: &str) -> Result<(), ChunkError> {
        if !self.key.accepts(text, signature) {
            return Err(ChunkError::Signature);
        }
        self.previous = signature.to_owned();
        Ok(())
    }

    fn chunk_text(&self, data: &[u8]) -> String {
        let Self { at, scope, previous, .. } = self;
        format!("AWS4-HMAC-SHA256-PAYLOAD\n{at}\n{scope}\n{previous}\n{EMPTY_SHA256}\n{}", sha256_hex(data))
    }

    fn trailer_text(&self, canonical_trailers: &str) -> String {
        let Self { at, scope, previous, .. } = self;
        let hash = sha256_hex(canonical_trailers.as_bytes());
        format!("AWS4-HMAC-SHA256-TRAILER\n{at}\n{scope}\n{previous}\n{hash}")
    }
}

/// What stands behind the last chunk: lower-case names and values, `x-amz-checksum-crc32` and the like. The caller
/// compares the checksum with the decoded bytes.
pub type Trailers = Vec<(String, String)>;

enum State {
    /// Within the line `hex-size[;chunk-signature=…]`.
    Header,
    /// Within data; so many bytes are still to come.
    Data { left: u64, signature: Option<String> },
    /// Within the CRLF behind data.
    DataEnd,
    /// Within the lines behind the last chunk.
    Trailer,
    /// Behind the empty line.
    Done,
}

/// Decodes a body piece by piece.
pub struct Decoder {
    kind: Kind,
    /// `None` where nothing can be proven.
    signer: Option<ChunkSigner>,
    state: State,
    line: Vec<u8>,
    held: Vec<u8>,
    trailers: Trailers,
    trailer_signature: Option<String>,
    decoded_len: u64,
    expected_len: Option<u64>,
}

impl Decoder {
    /// A decoder that proves what is signed. `decoded_len` is `x-amz-decoded-content-length` where it is given.
    pub fn verified(kind: Kind, signer: ChunkSigner, decoded_len: Option<u64>) -> Self {
        let signer = (kind != Kind::UnsignedTrailer).then_some(signer);
        Self::new(kind, signer, decoded_len)
    }

    /// A decoder that reads the framing and **proves nothing**: for local mode, where a key may be unknown.
    pub fn unverified(kind: Kind, decoded_len: Option<u64>) -> Self {
        Self::new(kind, None, decoded_len)
    }

    const fn new(kind: Kind, signer: Option<ChunkSigner>, expected_len: Option<u64>) -> Self {
        Self {
            kind,
            signer,
            state: State::Header,
            line: Vec::new(),
            held: Vec::new(),
            trailers: Vec::new(),
            trailer_signature: None,
            decoded_len: 0,
            expected_len,
        }
    }

    /// Takes the next bytes of the body and appends what they decode to.
    ///
    /// # Errors
    /// [`ChunkError`]; the decoder must not be used any further then.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ChunkError> {
        while let Some((first, rest)) = bytes.split_first() {
            if let State::Data { left, .. } = self.state {
                let take = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                let (data, after) = bytes.split_at_checked(take).unwrap_or((bytes, &[]));
                self.take_data(data, out)?;
                bytes = after;
                continue;
            }
            if matches!(self.state, State::Done) {
                return Err(ChunkError::Malformed("data behind the end"));
            }
            bytes = rest;
            if self.line.len() >= MAX_LINE_BYTES {
                return Err(ChunkError::Malformed("a line is too long"));
            }
            self.line.push(*first);
            if self.line.ends_with(b"\r\n") {
                let line = std::mem::take(&mut self.line);
                self.take_line(line.strip_suffix(b"\r\n").unwrap_or_default(), out)?;
            }
        }
        Ok(())
    }

    /// Ends the body. Nothing that [`Decoder::push`] gave may be kept unless this is `Ok`.
    ///
    /// # Errors
    /// [`ChunkError::Length`] where the body is not complete.
    pub fn finish(self) -> Result<Trailers, ChunkError> {
        let whole = matches!(self.state, State::Done) && self.expected_len.is_none_or(|len| len == self.decoded_len);
        if whole { Ok(self.trailers) } else { Err(ChunkError::Length) }
    }

    fn take_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), ChunkError> {
        match self.state {
            State::Header => self.take_header(line),
            State::DataEnd if line.is_empty() => {
                out.append(&mut self.held);
                self.state = State::Header;
                Ok(())
            }
            State::Trailer if line.is_empty() => self.end(),
            State::Trailer => self.take_trailer(line),
            _ => Err(ChunkError::Malformed("data is longer than its chunk")),
        }
    }

    fn take_header(&mut self, line: &[u8]) -> Result<(), ChunkError> {
        let line = std::str::from_utf8(line).map_err(|_| ChunkError::Malformed("chunk header"))?;
        let (size, extension) = line.split_once(';').map_or((line, None), |(size, rest)| (size, Some(rest)));
        let digits_only = !size.is_empty() && size.len() <= 15 && size.bytes().all(|b| b.is_ascii_hexdigit());
        let left = if digits_only { u64::from_str_radix(size, 16).ok() } else { None };
        let left = left.ok_or(ChunkError::Malformed("chunk size"))?;
        let signature = extension.and_then(|e| e.trim().strip_prefix("chunk-signature=")).map(str::to_owned);
        if self.kind != Kind::UnsignedTrailer && signature.is_none() {
            return Err(ChunkError::Malformed("chunk signature"));
        }
        if self.signer.is_some() && left > MAX_SIGNED_CHUNK_BYTES as u64 {
            return Err(ChunkError::TooLarge);
        }
        let announced = self.decoded_len.saturating_add(left);
        if self.expected_len.is_some_and(|len| announced > len) {
            return Err(ChunkError::Length);
        }
        if left > 0 {
            self.state = State::Data { left, signature };
            return Ok(());
        }
        self.prove_chunk(signature.as_deref())?;
        self.state = State::Trailer;
        Ok(())
    }

    fn take_data(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), ChunkError> {
        let State::Data { left, signature } = &mut self.state else { return Ok(()) };
        *left = left.saturating_sub(data.len() as u64);
        self.decoded_len = self.decoded_len.saturating_add(data.len() as u64);
        let target = if self.signer.is_some() { &mut self.held } else { out };
        target.extend_from_slice(data);
        if *left == 0 {
            let signature = signature.take();
            self.prove_chunk(signature.as_deref())?;
            self.state = State::DataEnd;
        }
        Ok(())
    }

    /// Proves what is held: the chunk that has just ended.
    fn prove_chunk(&mut self, signature: Option<&str>) -> Result<(), ChunkError> {
        let Some(signer) = &mut self.signer else { return Ok(()) };
        let text = signer.chunk_text(&self.held);
        signer.prove(&text, signature.unwrap_or_default())
    }

    fn take_trailer(&mut self, line: &[u8]) -> Result<(), ChunkError> {
        let line = std::str::from_utf8(line).map_err(|_| ChunkError::Trailer)?;
        let (name, value) = line.split_once(':').ok_or(ChunkError::Trailer)?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
        let repeated = self.trailers.iter().any(|(known, _)| *known == name);
        if name.is_empty() || repeated || self.trailers.len() >= MAX_TRAILERS || self.kind == Kind::Signed {
            return Err(ChunkError::Trailer);
        }
        if name != TRAILER_SIGNATURE {
            // What stands behind the signature is not covered by it.
            if self.trailer_signature.is_some() {
                return Err(ChunkError::Trailer);
            }
            self.trailers.push((name, value));
            return Ok(());
        }
        if self.trailer_signature.replace(value).is_some() { Err(ChunkError::Trailer) } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), ChunkError> {
        if let (Kind::SignedTrailer, Some(signer)) = (self.kind, &mut self.signer) {
            let mut sorted = self.trailers.clone();
            sorted.sort_unstable();
            let canonical: String = sorted.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
            let text = signer.trailer_text(&canonical);
            signer.prove(&text, self.trailer_signature.as_deref().unwrap_or_default())?;
        }
        self.state = State::Done;
        Ok(())
    }
}
