//! Which addresses outgoing requests may reach. Whoever may name an issuer must not thereby reach the machine's own
//! services, its network or the cloud's metadata: the addresses are judged after the name was resolved, and the
//! connection goes to those that were judged, so that a name that changes its mind in between gains nothing.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;

/// Which addresses may be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All.
    #[default]
    Anywhere,
    /// Those of the public internet.
    Public,
    /// Those, and this machine's own: for laptops, where issuers run beside the server.
    PublicAndLoopback,
}

/// Addresses tried of one name.
const MAX_ADDRESSES: usize = 16;

impl Reach {
    /// Whether an address may be reached.
    pub fn admits(self, address: IpAddr) -> bool {
        let address = plain(address);
        match self {
            Self::Anywhere => true,
            Self::Public => is_public(address),
            Self::PublicAndLoopback => is_public(address) || address.is_loopback(),
        }
    }

    /// Whether the host of a URL, where it is an address and no name, may be reached.
    pub fn admits_host(self, host: &str) -> bool {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        literal.parse::<IpAddr>().map_or(true, |address| self.admits(address))
    }
}

/// An IPv4 address in IPv6 clothes is the IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [a, b, .., g, h] = v6.segments();
    let embedded = || {
        let ([x, y], [z, w]) = (g.to_be_bytes(), h.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(x, y, z, w))
    };
    match v6.to_ipv4_mapped() {
        Some(v4) => IpAddr::V4(v4),
        // RFC 6052, 2.1: the well-known prefix of translators.
        None if (a, b) == (0x64, 0xff9b) => embedded(),
        None => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// IANA's special-purpose registry for IPv4 (RFC 6890 and its successors).
fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let special = v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_documentation()
        || v4.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 88 && c == 99);
    !special
}

/// Global unicast is 2000::/3; of it, documentation, Teredo, ORCHID and 6to4 lead elsewhere (RFC 6890, RFC 9637).
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, ..] = v6.segments();
    let global = a & 0xe000 == 0x2000;
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    global && !special
}

/// Resolves names to the addresses that may be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver(pub(crate) Reach);

impl tower_service::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<_> = found.filter(|address| reach.admits(address.ip())).take(MAX_ADDRESSES).collect();
            if admitted.is_empty() {
                let why = "the name leads to no address that may be reached";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
            }
            Ok(admitted.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(reach: Reach, address: &str) -> bool {
        reach.admits(address.parse().unwrap())
    }

    #[test]
    fn attack_136_addresses_of_the_inside_are_not_reached() {
        for inside in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "240.0.0.1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "64:ff9b::a9fe:a9fe",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "fec0::1",
        ] {
            assert!(!admits(Reach::Public, inside), "{inside}");
            assert!(!admits(Reach::PublicAndLoopback, inside), "{inside}");
            assert!(admits(Reach::Anywhere, inside), "{inside}");
        }
        for own in ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"] {
            assert!(!admits(Reach::Public, own), "{own}");
            assert!(admits(Reach::PublicAndLoopback, own), "{own}");
        }
        for outside in ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101"] {
            assert!(admits(Reach::Public, outside), "{outside}");
        }
    }

    #[test]
    fn hosts_that_are_addresses_are_judged_as_such() {
        assert!(!Reach::Public.admits_host("127.0.0.1"));
        assert!(!Reach::Public.admits_host("[::1]"));
        assert!(Reach::Public.admits_host("[2606:4700::1111]"));
        assert!(Reach::Public.admits_host("issuer.example"), "names are judged when they are resolved");
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_resolved_only_where_that_may_be() {
        use std::str::FromStr as _;
        use tower_service::Service as _;
        let name = || Name::from_str("localhost").unwrap();
        assert!(Resolver(Reach::PublicAndLoopback).call(name()).await.unwrap().count() > 0);
        let refused = Resolver(Reach::Public).call(name()).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
    }
}
