//! What an upload promised of its content: `Content-MD5`, `x-amz-checksum-*` in the headers or, behind the content, in a
//! trailer. All are computed while the content is read.

use aws_lc_rs::digest;
use aws_types::AwsError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model_s3::{ChecksumAlgorithm, ChecksumType};
use serde::{Deserialize, Serialize};

use crate::crc::{CRC32, CRC32C, CRC64_NVME, Crc, Polynomial};
use crate::error;

/// A checksum algorithm that is computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// CRC-32 of zip.
    Crc32,
    /// CRC-32C.
    Crc32c,
    /// CRC-64/NVME.
    Crc64nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// All.
    pub const ALL: [Self; 6] = [Self::Crc32, Self::Crc32c, Self::Crc64nvme, Self::Sha1, Self::Sha256, Self::Sha512];

    /// AWS's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The header that bears it.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
        }
    }

    /// As the model has it.
    ///
    /// # Errors
    /// `NotImplemented` for those that are not computed here.
    pub fn from_wire(wire: ChecksumAlgorithm) -> Result<Self, AwsError> {
        match wire {
            ChecksumAlgorithm::Crc32 => Ok(Self::Crc32),
            ChecksumAlgorithm::Crc32c => Ok(Self::Crc32c),
            ChecksumAlgorithm::Crc64nvme => Ok(Self::Crc64nvme),
            ChecksumAlgorithm::Sha1 => Ok(Self::Sha1),
            ChecksumAlgorithm::Sha256 => Ok(Self::Sha256),
            ChecksumAlgorithm::Sha512 => Ok(Self::Sha512),
            _ => Err(error::not_implemented("x-amz-checksum-algorithm")),
        }
    }

    /// As the model has it.
    pub const fn to_wire(self) -> ChecksumAlgorithm {
        match self {
            Self::Crc32 => ChecksumAlgorithm::Crc32,
            Self::Crc32c => ChecksumAlgorithm::Crc32c,
            Self::Crc64nvme => ChecksumAlgorithm::Crc64nvme,
            Self::Sha1 => ChecksumAlgorithm::Sha1,
            Self::Sha256 => ChecksumAlgorithm::Sha256,
            Self::Sha512 => ChecksumAlgorithm::Sha512,
        }
    }

    /// Bytes of a checksum.
    const fn len(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn begin(self) -> State {
        let sha = |algorithm| State::Sha(digest::Context::new(algorithm));
        match self {
            Self::Crc32 => State::Crc(Crc::new(CRC32)),
            Self::Crc32c => State::Crc(Crc::new(CRC32C)),
            Self::Crc64nvme => State::Crc(Crc::new(CRC64_NVME)),
            Self::Sha1 => sha(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha256 => sha(&digest::SHA256),
            Self::Sha512 => sha(&digest::SHA512),
        }
    }

    /// The checksum of some bytes.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let mut state = self.begin();
        state.update(bytes);
        state.finish()
    }

    const fn polynomial(self) -> Option<Polynomial> {
        match self {
            Self::Crc32 => Some(CRC32),
            Self::Crc32c => Some(CRC32C),
            Self::Crc64nvme => Some(CRC64_NVME),
            _ => None,
        }
    }

    /// The checksum of two pieces one after the other, from theirs; none where the algorithm cannot tell.
    pub fn combine(self, first: &[u8], second: &[u8], second_len: u64) -> Option<Vec<u8>> {
        let Polynomial { value: polynomial, bits, .. } = self.polynomial()?;
        let number = |bytes: &[u8]| bytes.iter().fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
        let sum = Zeros::new(polynomial, bits).append(number(first), second_len) ^ number(second);
        Some(big_endian(sum, bits))
    }
}

/// A checksum that is kept with an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// By which algorithm.
    pub algorithm: Algorithm,
    /// In base64; of a composite one with `-` and the number of parts.
    pub value: String,
    /// Whether it is the checksum of the parts' checksums.
    #[serde(default)]
    pub composite: bool,
}

impl Checksum {
    /// A checksum of a whole content.
    pub fn full(algorithm: Algorithm, sum: &[u8]) -> Self {
        Self { algorithm, value: STANDARD.encode(sum), composite: false }
    }

    /// Its bytes, where it is one of a whole content.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        decode(&self.value, self.algorithm.len())
    }

    /// `x-amz-checksum-type`.
    pub const fn kind(&self) -> ChecksumType {
        if self.composite { ChecksumType::Composite } else { ChecksumType::FullObject }
    }
}

/// Puts a checksum into the members of an answer.
macro_rules! show_checksum {
    ($output:expr, $checksum:expr) => {
        if let Some(checksum) = $checksum {
            let value = Some(checksum.value.clone());
            match checksum.algorithm {
                $crate::checksum::Algorithm::Crc32 => $output.checksum_crc32 = value,
                $crate::checksum::Algorithm::Crc32c => $output.checksum_crc32c = value,
                $crate::checksum::Algorithm::Crc64nvme => $output.checksum_crc64nvme = value,
                $crate::checksum::Algorithm::Sha1 => $output.checksum_sha1 = value,
                $crate::checksum::Algorithm::Sha256 => $output.checksum_sha256 = value,
                $crate::checksum::Algorithm::Sha512 => $output.checksum_sha512 = value,
            }
        }
    };
}
pub(crate) use show_checksum;

/// The checksums that a request's members name.
macro_rules! named_checksums {
    ($input:expr) => {
        $crate::checksum::Named {
            known: [
                $input.checksum_crc32.clone(),
                $input.checksum_crc32c.clone(),
                $input.checksum_crc64nvme.clone(),
                $input.checksum_sha1.clone(),
                $input.checksum_sha256.clone(),
                $input.checksum_sha512.clone(),
            ],
            unknown: [
                ("x-amz-checksum-xxhash64", $input.checksum_xxhash64.is_some()),
                ("x-amz-checksum-xxhash3", $input.checksum_xxhash3.is_some()),
                ("x-amz-checksum-xxhash128", $input.checksum_xxhash128.is_some()),
                ("x-amz-checksum-md5", $input.checksum_md5.is_some()),
            ],
        }
    };
}
pub(crate) use named_checksums;

/// What [`named_checksums`] found: in the order of [`Algorithm::ALL`], and those that are not computed here.
pub struct Named {
    /// Values in base64.
    pub known: [Option<String>; 6],
    /// Headers.
    pub unknown: [(&'static str, bool); 4],
}

impl Named {
    /// Each with its algorithm.
    ///
    /// # Errors
    /// `NotImplemented` where one is named that is not computed here.
    pub fn read(self) -> Result<Vec<(Algorithm, String)>, AwsError> {
        if let Some((header, _)) = self.unknown.iter().find(|(_, is)| *is) {
            return Err(error::not_implemented(header));
        }
        Ok(Algorithm::ALL.into_iter().zip(self.known).filter_map(|(a, value)| Some((a, value?))).collect())
    }
}

/// The comparisons of one upload, and the checksum that is kept of it.
#[derive(Default)]
pub struct Checks {
    md5: Option<Vec<u8>>,
    sums: Vec<Sum>,
}

struct Sum {
    algorithm: Algorithm,
    /// None: it is computed only to be kept.
    expected: Option<Vec<u8>>,
    state: State,
}

/// A checksum that is announced by `x-amz-trailer` and comes behind the content.
pub struct Trailing {
    algorithm: Algorithm,
    state: State,
}

impl Trailing {
    /// Of the trailer's name, `x-amz-checksum-crc32`.
    ///
    /// # Errors
    /// `NotImplemented` for an algorithm that is not computed here, `InvalidRequest` for no checksum at all.
    pub fn announced(name: &str) -> Result<Self, AwsError> {
        match Algorithm::ALL.into_iter().find(|algorithm| algorithm.header() == name) {
            Some(algorithm) => Ok(Self { algorithm, state: algorithm.begin() }),
            None if name.starts_with("x-amz-checksum-") => Err(error::not_implemented("x-amz-trailer")),
            None => Err(error::invalid_request("The value specified in the x-amz-trailer header is not supported")),
        }
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
        let header = self.algorithm.header();
        let text = trailers.iter().find(|(name, _)| name.eq_ignore_ascii_case(header)).map(|(_, value)| value.trim());
        let actual = self.state.finish();
        let expected =
            text.and_then(|text| decode(text, actual.len())).ok_or_else(|| error::invalid_checksum(header))?;
        if actual == expected { Ok(()) } else { Err(error::bad_checksum(self.algorithm.name())) }
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
            Self::Crc(crc) => big_endian(crc.finish(), crc.bits()),
            Self::Sha(sha) => sha.finish().as_ref().to_vec(),
        }
    }
}

enum State {
    Crc(Crc),
    Sha(digest::Context),
}

impl Checks {
    /// Reads the promises of a request; `algorithm` is what the client says that it computes (behind the content, maybe).
    ///
    /// # Errors
    /// `InvalidDigest`, `InvalidRequest`, `NotImplemented`.
    pub fn new(md5: Option<&str>, named: Named, algorithm: Option<ChecksumAlgorithm>) -> Result<Self, AwsError> {
        let md5 = md5.map(|text| decode(text, 16).ok_or_else(error::invalid_digest)).transpose()?;
        let mut sums = Vec::new();
        for (algorithm, text) in named.read()? {
            let expected = decode(&text, algorithm.len()).ok_or_else(|| error::invalid_checksum(algorithm.header()))?;
            sums.push(Sum { algorithm, expected: Some(expected), state: algorithm.begin() });
        }
        // One of MD5 or xxHash is not computed here; where only its name is given, nothing hangs on it.
        let asked = algorithm.and_then(|algorithm| Algorithm::from_wire(algorithm).ok());
        if let (true, Some(algorithm)) = (sums.is_empty(), asked) {
            sums.push(Sum { algorithm, expected: None, state: algorithm.begin() });
        }
        Ok(Self { md5, sums })
    }

    /// One that computes a checksum to be kept, and compares nothing.
    pub fn computing(algorithm: Option<Algorithm>) -> Self {
        let sum = |algorithm: Algorithm| Sum { algorithm, expected: None, state: algorithm.begin() };
        Self { md5: None, sums: algorithm.map(sum).into_iter().collect() }
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for sum in &mut self.sums {
            sum.state.update(bytes);
        }
    }

    /// Compares; answers the checksum that is kept.
    ///
    /// # Errors
    /// `BadDigest`.
    pub fn finish(self, md5: &[u8; 16]) -> Result<Option<Checksum>, AwsError> {
        if self.md5.is_some_and(|expected| expected != md5) {
            return Err(error::bad_digest());
        }
        let mut kept = None;
        for sum in self.sums {
            let actual = sum.state.finish();
            if sum.expected.is_some_and(|expected| expected != actual) {
                return Err(error::bad_checksum(sum.algorithm.name()));
            }
            kept.get_or_insert_with(|| Checksum::full(sum.algorithm, &actual));
        }
        Ok(kept)
    }
}

/// Base64 of so many bytes.
pub fn decode(text: &str, bytes: usize) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|decoded| decoded.len() == bytes)
}

fn big_endian(value: u64, bits: u32) -> Vec<u8> {
    let skip = usize::try_from((64 - bits) / 8).unwrap_or(0);
    value.to_be_bytes().iter().skip(skip).copied().collect()
}

/// What appending zeros does to a reflected CRC: a linear map over its bits, squared for each power of two.
struct Zeros {
    polynomial: u64,
    bits: u32,
}

/// Where each bit goes.
type Matrix = [u64; 64];

impl Zeros {
    const fn new(polynomial: u64, bits: u32) -> Self {
        Self { polynomial, bits }
    }

    /// The checksum after `len` bytes of zeros.
    fn append(&self, mut sum: u64, mut len: u64) -> u64 {
        // One bit: the lowest falls out and the polynomial comes in.
        let mut one: Matrix = [0; 64];
        for (bit, entry) in (0u32..).zip(one.iter_mut()).take(usize::try_from(self.bits).unwrap_or(64)) {
            *entry = if bit == 0 { self.polynomial } else { 1 << (bit - 1) };
        }
        // Eight bits make a byte.
        let mut power = (0..3).fold(one, |matrix, _| square(&matrix));
        while len > 0 {
            if len & 1 == 1 {
                sum = apply(&power, sum);
            }
            power = square(&power);
            len >>= 1;
        }
        sum
    }
}

fn apply(matrix: &Matrix, vector: u64) -> u64 {
    let bits = matrix.iter().enumerate().filter(|(bit, _)| (vector >> bit) & 1 == 1);
    bits.fold(0, |sum, (_, row)| sum ^ row)
}

fn square(matrix: &Matrix) -> Matrix {
    let mut squared = *matrix;
    for entry in &mut squared {
        *entry = apply(matrix, *entry);
    }
    squared
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn checksums_of_pieces_make_that_of_the_whole() {
        let whole: Vec<u8> = (0..70_000u32).flat_map(|n| n.to_le_bytes()).collect();
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64nvme] {
            for cut in [0, 1, 7, 65_536, whole.len()] {
                let (first, second) = whole.split_at(cut);
                let sum = algorithm.combine(&algorithm.of(first), &algorithm.of(second), second.len() as u64);
                assert_eq!(sum, Some(algorithm.of(&whole)), "{algorithm:?} {cut}");
            }
        }
        assert_eq!(Algorithm::Sha256.combine(&[], &[], 0), None);
    }
}
