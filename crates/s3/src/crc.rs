//! Reflected cyclic redundancy checks of 32 and 64 bits, eight bytes a step ("slicing by eight": a table for each place
//! of a byte in the step, so that no step waits for a look-up that depends on the one before).

use std::sync::LazyLock;

/// A polynomial, reflected, and its length in bits (32 or 64).
#[derive(Clone, Copy)]
pub struct Polynomial {
    /// The number.
    pub value: u64,
    /// 32 or 64.
    pub bits: u32,
    tables: fn() -> &'static Tables,
}

/// CRC-32 of ISO-HDLC (zip).
pub const CRC32: Polynomial = Polynomial { value: 0xEDB8_8320, bits: 32, tables: || &CRC32_TABLES };
/// CRC-32C (Castagnoli).
pub const CRC32C: Polynomial = Polynomial { value: 0x82F6_3B78, bits: 32, tables: || &CRC32C_TABLES };
/// CRC-64/NVME.
pub const CRC64_NVME: Polynomial = Polynomial { value: 0x9A6C_9329_AC4B_C9B5, bits: 64, tables: || &CRC64_NVME_TABLES };

static CRC32_TABLES: LazyLock<Box<Tables>> = LazyLock::new(|| Tables::of(CRC32.value));
static CRC32C_TABLES: LazyLock<Box<Tables>> = LazyLock::new(|| Tables::of(CRC32C.value));
static CRC64_NVME_TABLES: LazyLock<Box<Tables>> = LazyLock::new(|| Tables::of(CRC64_NVME.value));

/// What a byte leaves behind after none, one, … seven more bytes.
struct Tables([[u64; 256]; 8]);

impl Tables {
    fn of(polynomial: u64) -> Box<Self> {
        let bit = |value: u64| if value & 1 == 1 { (value >> 1) ^ polynomial } else { value >> 1 };
        let byte = |value: u64| (0..8).fold(value, |value, _| bit(value));
        let mut tables = Box::new(Self([[0; 256]; 8]));
        for (more, table) in (0u32..).zip(tables.0.iter_mut()) {
            for (first, entry) in (0u64..).zip(table.iter_mut()) {
                *entry = (0..=more).fold(first, |value, _| byte(value));
            }
        }
        tables
    }
}

fn entry(table: &[u64; 256], byte: u8) -> u64 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// A check that is being computed.
pub struct Crc {
    tables: &'static Tables,
    value: u64,
    bits: u32,
}

impl Crc {
    /// Of no bytes yet.
    pub fn new(polynomial: Polynomial) -> Self {
        Self { tables: (polynomial.tables)(), value: u64::MAX >> (64 - polynomial.bits), bits: polynomial.bits }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let (steps, rest) = bytes.as_chunks::<8>();
        self.value = steps.iter().fold(self.value, |value, step| self.tables.step(value, *step));
        let [last, ..] = &self.tables.0;
        let one = |value: u64, byte: &u8| (value >> 8) ^ entry(last, value.to_le_bytes()[0] ^ byte);
        self.value = rest.iter().fold(self.value, one);
    }

    /// Its length in bits.
    pub const fn bits(&self) -> u32 {
        self.bits
    }

    /// The check.
    pub const fn finish(&self) -> u64 {
        self.value ^ (u64::MAX >> (64 - self.bits))
    }
}

impl Tables {
    fn step(&self, value: u64, step: [u8; 8]) -> u64 {
        let [a, b, c, d, e, f, g, h] = (u64::from_le_bytes(step) ^ value).to_le_bytes();
        let [last, one, two, three, four, five, six, seven] = &self.0;
        // The first byte has seven more behind it.
        entry(seven, a)
            ^ entry(six, b)
            ^ entry(five, c)
            ^ entry(four, d)
            ^ entry(three, e)
            ^ entry(two, f)
            ^ entry(one, g)
            ^ entry(last, h)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the definition has it: a bit at a time.
    fn plain(polynomial: Polynomial, bytes: &[u8]) -> u64 {
        let ones = u64::MAX >> (64 - polynomial.bits);
        let value = bytes.iter().fold(ones, |value, byte| {
            (0..8).fold(value ^ u64::from(*byte), |value, _| {
                if value & 1 == 1 { (value >> 1) ^ polynomial.value } else { value >> 1 }
            })
        });
        value ^ ones
    }

    fn of(polynomial: Polynomial, pieces: &[&[u8]]) -> u64 {
        let mut crc = Crc::new(polynomial);
        pieces.iter().for_each(|piece| crc.update(piece));
        crc.finish()
    }

    #[test]
    fn the_check_values_of_the_crc_catalogue() {
        let pieces: [&[u8]; 2] = [b"12345", b"6789"];
        assert_eq!(of(CRC32, &pieces), 0xcbf4_3926);
        assert_eq!(of(CRC32C, &pieces), 0xe306_9283);
        assert_eq!(of(CRC64_NVME, &pieces), 0xae8b_1486_0a79_9888);
    }

    proptest! {
        #[test]
        fn eight_bytes_a_step_make_what_single_bits_make(bytes: Vec<u8>, cut: prop::sample::Index) {
            let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
            for polynomial in [CRC32, CRC32C, CRC64_NVME] {
                prop_assert_eq!(of(polynomial, &[first, second]), plain(polynomial, &bytes));
            }
        }
    }
}
