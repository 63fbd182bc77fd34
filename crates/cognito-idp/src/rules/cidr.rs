//! Ranges of addresses in CIDR notation.

use std::net::IpAddr;

/// A range: all addresses whose first bits are these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    bits: u32,
}

impl Cidr {
    /// Reads `203.0.113.0/24` or `2001:db8::/32`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let digits = !bits.is_empty() && bits.len() <= 3 && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits: u32 = bits.parse().ok().filter(|_| digits)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether an address lies in it. An IPv4 address that arrives as IPv6 is still that address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(host)) if self.address.is_ipv4() => {
                shifted(u128::from(net.to_bits() ^ host.to_bits()), 32_u32.saturating_sub(self.bits)) == 0
            }
            _ => match (self.address, address) {
                (IpAddr::V6(net), IpAddr::V6(host)) => {
                    shifted(net.to_bits() ^ host.to_bits(), 128_u32.saturating_sub(self.bits)) == 0
                }
                _ => false,
            },
        }
    }
}

fn shifted(bits: u128, by: u32) -> u128 {
    bits.checked_shr(by).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        let holds = |range: &str, address: &str| Cidr::parse(range).unwrap().contains(address.parse().unwrap());
        for (range, inside, outside) in [
            ("203.0.113.0/24", "203.0.113.77", "203.0.114.1"),
            ("203.0.113.7/32", "203.0.113.7", "203.0.113.8"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
        ] {
            assert!(holds(range, inside), "{range} {inside}");
            assert!(!holds(range, outside), "{range} {outside}");
        }
        assert!(holds("0.0.0.0/0", "8.8.8.8") && holds("::/0", "::1"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in
            ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "a/8", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/"]
        {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }
}
