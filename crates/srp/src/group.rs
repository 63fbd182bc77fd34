//! The 3072-bit group of RFC 3526 with g = 2, in which SRP reckons, and powers of its generator.
//!
//! A power of a base that never changes is worked out by a comb (Lim and Lee, "More Flexible Exponentiation with
//! Precomputation", 1994): the exponent lies in rows, and each column of bits picks one entry of a table. 80 products
//! instead of 320; what is picked is read by going over the whole table, so that time tells nothing of the exponent.

use std::sync::LazyLock;

use crypto_bigint::ctutils::{CtAssign, CtEq};
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U256, U3072, const_monty_params};

const_monty_params!(
    Modulus,
    U3072,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    "The prime of group 15 of RFC 3526."
);

/// A number of the group.
pub type Element = ConstMontyForm<Modulus, { U3072::LIMBS }>;

/// Rows of the comb: a column picks one of 2^ROWS products.
const ROWS: u32 = 4;
/// Bits between two rows.
const ROW_BITS: u32 = U256::BITS / ROWS;
/// Parts that each row is cut into, with a table each; their squarings are shared.
const PARTS: u32 = 4;
/// Columns of a part.
const COLUMNS: u32 = ROW_BITS / PARTS;
/// Products of a part.
const PRODUCTS: usize = 1 << ROWS;

/// The products that the columns of one part pick from.
type Products = [Element; PRODUCTS];

/// 24 KiB, made at the first use: of each part, the products of 2^(2^bit) over the rows whose bit is set in the index.
static TABLE: LazyLock<Vec<Products>> = LazyLock::new(|| (0..PARTS).map(|part| products(part * COLUMNS)).collect());

/// g.
pub fn generator() -> Element {
    Element::new(&U3072::from_u8(2))
}

/// g to the power of `exponent`, in the same time for all of them.
pub fn generator_power(exponent: &U256) -> Element {
    (0..COLUMNS).rev().fold(Element::ONE, |sum, column| {
        (0..PARTS).zip(TABLE.iter()).fold(sum.square(), |sum, (part, products)| {
            sum.mul(&pick(products, column_of(exponent, part * COLUMNS + column)))
        })
    })
}

/// The bits of one column, the first row's the lowest.
fn column_of(exponent: &U256, column: u32) -> u8 {
    (0..ROWS).fold(0, |bits, row| {
        let place = row * ROW_BITS + column;
        bits | (exponent.bit(place).to_u8() << row)
    })
}

fn pick(products: &Products, index: u8) -> Element {
    let mut picked = Element::ONE;
    for (product, number) in products.iter().zip(0u8..) {
        picked.ct_assign(product, number.ct_eq(&index));
    }
    picked
}

fn products(shift: u32) -> Products {
    let rows: Vec<Element> = (0..ROWS).map(|row| generator().square_repeat_vartime(row * ROW_BITS + shift)).collect();
    std::array::from_fn(|index| {
        rows.iter()
            .enumerate()
            .filter(|(row, _)| index >> row & 1 == 1)
            .fold(Element::ONE, |product, (_, row)| product.mul(row))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ends_of_the_range() {
        for exponent in [U256::ZERO, U256::ONE, U256::MAX, U256::ONE.shl(255), U256::ONE.shl(64), U256::ONE.shl(63)] {
            assert_eq!(generator_power(&exponent), generator().pow(&exponent), "{exponent}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_comb_gives_what_square_and_multiply_gives(exponent in any::<[u8; 32]>()) {
            let exponent = U256::from_be_slice(&exponent);
            prop_assert_eq!(generator_power(&exponent), generator().pow(&exponent));
        }
    }
}
