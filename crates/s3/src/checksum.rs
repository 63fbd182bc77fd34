//! What an upload promised of its content: `Content-MD5`, `x-amz-checksum-*` in the headers or, behind the content, in a
//! trailer. All are computed while the content is read.

use aws_lc_rs::digest;
use aws_types::AwsError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model_s3::PutObjectRequest;

use crate::error;

/// CRC-32 of ISO-HDLC (zip), reflected.
const CRC32: u64 = 0xEDB8_8320;
/// CRC-32C (Castagnoli), reflected.
const CRC32C: u64 = 0x82F6_3B78;
/// CRC-64/NVME, reflected.
const CRC64_NVME: u64 = 0x9A6C_9329_AC4B_C9B5;

/// The comparisons of one upload.
#[derive(Default)]
pub struct Checks {
    md5: Option<Vec<u8>>,
    sums: Vec<Sum>,
}

struct Sum {
    algorithm: &'static str,
    expected: Vec<u8>,
    state: State,
}

/// A checksum that is announced by `x-amz-trailer` and comes behind the content.
pub struct Trailing {
    header: &'static str,
    algorithm: &'static str,
    state: State,
}

impl Trailing {
    /// Of the trailer's name, `x-amz-checksum-crc32`.
    ///
    /// # Errors
    /// `NotImplemented` for an algorithm that is not computed here, `InvalidRequest` for no checksum at all.
    pub fn announced(name: &str) -> Result<Self, AwsError> {
        let sha = |algorithm| State::Sha(digest::Context::new(algorithm));
        let crc = |polynomial, bits| State::Crc(Crc::new(polynomial, bits));
        let (header, algorithm, state) = match name {
            "x-amz-checksum-crc32" => ("x-amz-checksum-crc32", "CRC32", crc(CRC32, 32)),
            "x-amz-checksum-crc32c" => ("x-amz-checksum-crc32c", "CRC32C", crc(CRC32C, 32)),
            "x-amz-checksum-crc64nvme" => ("x-amz-checksum-crc64nvme", "CRC64NVME", crc(CRC64_NVME, 64)),
            "x-amz-checksum-sha1" => ("x-amz-checksum-sha1", "SHA1", sha(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            "x-amz-checksum-sha256" => ("x-amz-checksum-sha256", "SHA256", sha(&digest::SHA256)),
            "x-amz-checksum-sha512" => ("x-amz-checksum-sha512", "SHA512", sha(&digest::SHA512)),
            _ if name.starts_with("x-amz-checksum-") => return Err(error::not_implemented("x-amz-trailer")),
            _ => {
                return Err(error::invalid_request("The value specified in the x-amz-trailer header is not supported"));
            }
        };
        Ok(Self { header, algorithm, state })
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
    }

    /// Compares with the trailers that came.
    ///
    /// # Errors
    /// `InvalidRequest` where the announced one is missing or no checksum, `BadDigest` where it differs.
    pub fn finish(self, trailers: &[(String, String)]) -> Result<(), AwsError> {
        let text =
            trailers.iter().find(|(name, _)| name.eq_ignore_ascii_case(self.header)).map(|(_, value)| value.trim());
        let actual = self.state.finish();
        let expected =
            text.and_then(|text| decode(text, actual.len())).ok_or_else(|| error::invalid_checksum(self.header))?;
        if actual == expected { Ok(()) } else { Err(error::bad_checksum(self.algorithm)) }
    }
}

impl State {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(crc) => crc.update(bytes),
            Self::Sha(sha) => sha.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Crc(crc) => crc.finish(),
            Self::Sha(sha) => sha.finish().as_ref().to_vec(),
        }
    }
}

enum State {
    Crc(Box<Crc>),
    Sha(digest::Context),
}

impl Checks {
    /// Reads the promises of a request.
    pub fn of(request: &PutObjectRequest) -> Result<Self, AwsError> {
        let md5 = request
            .content_md5
            .as_deref()
            .map(|text| decode(text, 16).ok_or_else(error::invalid_digest))
            .transpose()?;
        let unsupported = [
            (&request.checksum_xxhash64, "x-amz-checksum-xxhash64"),
            (&request.checksum_xxhash3, "x-amz-checksum-xxhash3"),
            (&request.checksum_xxhash128, "x-amz-checksum-xxhash128"),
            (&request.checksum_md5, "x-amz-checksum-md5"),
        ];
        if let Some((_, header)) = unsupported.iter().find(|(value, _)| value.is_some()) {
            return Err(error::not_implemented(header));
        }
        let sha = |algorithm| State::Sha(digest::Context::new(algorithm));
        let wanted = [
            (&request.checksum_crc32, "CRC32", 4, State::Crc(Crc::new(CRC32, 32))),
            (&request.checksum_crc32c, "CRC32C", 4, State::Crc(Crc::new(CRC32C, 32))),
            (&request.checksum_crc64nvme, "CRC64NVME", 8, State::Crc(Crc::new(CRC64_NVME, 64))),
            (&request.checksum_sha1, "SHA1", 20, sha(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            (&request.checksum_sha256, "SHA256", 32, sha(&digest::SHA256)),
            (&request.checksum_sha512, "SHA512", 64, sha(&digest::SHA512)),
        ];
        let mut sums = Vec::new();
        for (value, algorithm, bytes, state) in wanted {
            let Some(text) = value else { continue };
            let header = format!("x-amz-checksum-{}", algorithm.to_ascii_lowercase());
            let expected = decode(text, bytes).ok_or_else(|| error::invalid_checksum(&header))?;
            sums.push(Sum { algorithm, expected, state });
        }
        Ok(Self { md5, sums })
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for sum in &mut self.sums {
            sum.state.update(bytes);
        }
    }

    /// Compares.
    pub fn finish(self, md5: &[u8; 16]) -> Result<(), AwsError> {
        if self.md5.is_some_and(|expected| expected != md5) {
            return Err(error::bad_digest());
        }
        for sum in self.sums {
            if sum.state.finish() != sum.expected {
                return Err(error::bad_checksum(sum.algorithm));
            }
        }
        Ok(())
    }
}

fn decode(text: &str, bytes: usize) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|decoded| decoded.len() == bytes)
}

/// A table-driven reflected CRC of 32 or 64 bits.
struct Crc {
    table: [u64; 256],
    value: u64,
    bits: u32,
}

impl Crc {
    fn new(polynomial: u64, bits: u32) -> Box<Self> {
        let mut table = [0; 256];
        for (byte, entry) in (0u64..).zip(table.iter_mut()) {
            let mut value = byte;
            for _ in 0..8 {
                value = if value & 1 == 1 { (value >> 1) ^ polynomial } else { value >> 1 };
            }
            *entry = value;
        }
        Box::new(Self { table, value: u64::MAX >> (64 - bits), bits })
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let at = usize::from(self.value.to_le_bytes()[0] ^ byte);
            self.value = (self.value >> 8) ^ self.table.get(at).copied().unwrap_or_default();
        }
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        let value = (self.value ^ (u64::MAX >> (64 - self.bits))).to_be_bytes();
        let skip = usize::try_from((64 - self.bits) / 8).unwrap_or(0);
        value.iter().skip(skip).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crc(polynomial: u64, bits: u32) -> String {
        let mut crc = Crc::new(polynomial, bits);
        crc.update(b"12345");
        crc.update(b"6789");
        crc.finish().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_trailing_checksum_is_compared() {
        let trailers = |value: &str| vec![("x-amz-checksum-crc32".to_owned(), value.to_owned())];
        let check = |trailers: &[(String, String)]| {
            let mut trailing = Trailing::announced("x-amz-checksum-crc32").unwrap();
            trailing.update(b"123456789");
            trailing.finish(trailers).map_err(|error| error.code.into_owned())
        };
        assert_eq!(check(&trailers("y/Q5Jg==")), Ok(()));
        assert_eq!(check(&trailers("AAAAAA==")), Err("BadDigest".to_owned()));
        assert_eq!(check(&trailers("x")), Err("InvalidRequest".to_owned()));
        assert_eq!(check(&[]), Err("InvalidRequest".to_owned()));
        assert_eq!(Trailing::announced("x-amz-checksum-xxhash3").err().unwrap().status, 501);
        assert_eq!(Trailing::announced("expires").err().unwrap().code, "InvalidRequest");
    }

    #[test]
    fn the_check_values_of_the_crc_catalogue() {
        assert_eq!(crc(CRC32, 32), "cbf43926");
        assert_eq!(crc(CRC32C, 32), "e3069283");
        assert_eq!(crc(CRC64_NVME, 64), "ae8b14860a799888");
    }
}
