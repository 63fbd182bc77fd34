//! What a PutObject promised of its content: length, `Content-MD5`, `x-amz-checksum-*`. All are compared while it is read.

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
            match &mut sum.state {
                State::Crc(crc) => crc.update(bytes),
                State::Sha(sha) => sha.update(bytes),
            }
        }
    }

    /// Compares.
    pub fn finish(self, _size: u64, md5: &[u8; 16]) -> Result<(), AwsError> {
        if self.md5.is_some_and(|expected| expected != md5) {
            return Err(error::bad_digest());
        }
        for sum in self.sums {
            let actual = match sum.state {
                State::Crc(crc) => crc.finish(),
                State::Sha(sha) => sha.finish().as_ref().to_vec(),
            };
            if actual != sum.expected {
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
    fn the_check_values_of_the_crc_catalogue() {
        assert_eq!(crc(CRC32, 32), "cbf43926");
        assert_eq!(crc(CRC32C, 32), "e3069283");
        assert_eq!(crc(CRC64_NVME, 64), "ae8b14860a799888");
    }
}
