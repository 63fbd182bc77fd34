//! Where a request came from: the peer, or behind configured proxies the address that they vouch for, and the VPC
//! endpoint whose listener took it.

use std::net::{IpAddr, SocketAddr};

use execute_api::access_plan::VpcEndpoint;
use http::HeaderMap;
use iam_policy::{Policy, PolicyKind};
use serde::Deserialize;

/// Longest chain of proxies that is followed.
const MAX_HOPS: usize = 32;

/// A range of addresses, `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    prefix: u32,
}

impl Cidr {
    /// Reads a range, or one address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(longest), |prefix| prefix.parse().ok())?;
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                u32::from(own) & mask == u32::from(other) & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                u128::from(own) & mask == u128::from(other) & mask
            }
            _ => false,
        }
    }
}

/// What proxies say of a request, as far as they are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// Who sent it.
    pub address: IpAddr,
    /// Whether it came over TLS to the first proxy that is trusted.
    pub secure: Option<bool>,
}

/// Follows `X-Forwarded-For` from its end over trusted proxies to the first address that is none. `None` where the peer
/// is not trusted itself: whatever it says is its own invention.
pub fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[Cidr]) -> Option<Forwarded> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    if !is_trusted(peer) {
        return None;
    }
    let values: Vec<&str> = texts(headers, "x-forwarded-for");
    let mut address = peer;
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')).take(MAX_HOPS) {
        // What cannot be read hides all before it.
        let Some(before) = hop_address(hop.trim()) else { break };
        address = before;
        if !is_trusted(address) {
            break;
        }
    }
    let secure = texts(headers, "x-forwarded-proto").last().and_then(|value| match value.rsplit(',').next()?.trim() {
        "https" => Some(true),
        "http" => Some(false),
        _ => None,
    });
    Some(Forwarded { address: address.to_canonical(), secure })
}

fn texts<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
}

/// `203.0.113.7`, `203.0.113.7:1234`, `2001:db8::7`, `[2001:db8::7]:1234`.
fn hop_address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// `[[vpc_endpoints]]` of the configuration file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VpcEndpointSettings {
    /// `vpce-0a1b2c3d`
    pub id: String,
    /// `vpc-0a1b2c3d`
    pub vpc: String,
    /// The address that stands for the endpoint.
    pub listen: SocketAddr,
    /// The endpoint's policy, JSON; without one everything may pass.
    pub policy: Option<String>,
}

impl VpcEndpointSettings {
    /// The endpoint.
    ///
    /// # Errors
    /// What is wrong with its settings.
    pub fn endpoint(&self) -> Result<VpcEndpoint, String> {
        let named = |text: &str, prefix: &str| {
            let rest = text.strip_prefix(prefix).unwrap_or_default();
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if !named(&self.id, "vpce-") || !named(&self.vpc, "vpc-") {
            return Err(format!("vpc_endpoints: {} in {} is no VPC endpoint", self.id, self.vpc));
        }
        let policy = self.policy.as_deref().map(|text| Policy::parse(text, PolicyKind::VpcEndpoint)).transpose();
        let policy = policy.map_err(|error| format!("the policy of {}: {error}", self.id))?;
        Ok(VpcEndpoint { id: self.id.clone(), vpc_id: self.vpc.clone(), policy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded_for: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded_for {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|range| Cidr::parse(range).unwrap());
        let peer: IpAddr = peer.parse().unwrap();
        forwarded(peer, &headers, &trusted).map_or(peer, |found| found.address).to_string()
    }

    #[test]
    fn attack_152_only_trusted_proxies_name_the_source() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.1.2.3", &["1.1.1.1, 198.51.100.1, 10.9.9.9"]), "198.51.100.1");
        assert_eq!(seen("10.1.2.3", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.1.2.3", &["198.51.100.1, not an address"]), "10.1.2.3");
        assert_eq!(seen("10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(seen("fd00::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(seen("::ffff:10.1.2.3", &["::ffff:198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn ranges_hold_their_addresses_and_no_others() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
        ] {
            let cidr = Cidr::parse(range).unwrap();
            assert!(cidr.contains(inside.parse().unwrap()), "{range}");
            assert!(!cidr.contains(outside.parse().unwrap()), "{range}");
        }
        assert!(Cidr::parse("0.0.0.0/0").unwrap().contains("8.8.8.8".parse().unwrap()));
        for bad in ["", "10.0.0.0/33", "x/8", "10.0.0.0/", "::/129"] {
            assert!(Cidr::parse(bad).is_none(), "{bad}");
        }
    }
}
