//! Security policies and endpoint access modes ("Security policies for REST APIs in API Gateway", "Supported security
//! policies"): what a TLS handshake at an endpoint may agree on, and whether its name must be the one that is asked for.
//!
//! TLS 1.0, TLS 1.1 and suites with CBC, which some policies let in, are spoken by nobody here: such a policy is served
//! with the rest of what it names.

use crate::method_request::GatewayRequest;

/// Oldest version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    V12,
    /// TLS 1.3.
    V13,
}

/// Which suites are spoken. Those of TLS 1.3, and of TLS 1.2 those with ephemeral keys and authenticated ciphers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Suites {
    /// All of them: legacy policies, and the enhanced ones of edge-optimized endpoints.
    #[default]
    All,
    /// AES alone in TLS 1.2.
    Regional,
    /// AES alone.
    Fips,
}

/// How keys are agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyExchange {
    /// By curves, and by the hybrid of X25519 and ML-KEM with those who prefer it.
    #[default]
    Any,
    /// By curves.
    Classical,
    /// By curves of NIST.
    Fips,
    /// By hybrids of curves and ML-KEM first, and by curves with those who have none.
    PostQuantum,
    /// The same, by curves of NIST.
    FipsPostQuantum,
}

/// Whether the TLS of an endpoint is of its owner's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// `TLS_1_0`, `TLS_1_2`.
    #[default]
    Legacy,
    /// `SecurityPolicy_…`: nothing is told without TLS.
    Enhanced,
}

/// What a handshake may agree on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SecurityPolicy {
    /// Oldest version.
    pub oldest: TlsVersion,
    /// Suites.
    pub suites: Suites,
    /// Key exchange.
    pub key_exchange: KeyExchange,
    /// Whether it was chosen.
    pub kind: PolicyKind,
}

impl SecurityPolicy {
    /// By its name. What is no enhanced policy is a legacy one.
    pub fn named(name: &str) -> Self {
        let Some(words) = name.strip_prefix("SecurityPolicy_") else { return Self::default() };
        let has = |word: &str| words.split('_').any(|known| known == word);
        let newest = words.starts_with("TLS13_1_3_") || words == "TLS13_2025_EDGE";
        let (fips, quantum, edge) = (has("FIPS"), has("PQ"), has("EDGE"));
        Self {
            oldest: if newest { TlsVersion::V13 } else { TlsVersion::V12 },
            suites: match (fips, edge) {
                (true, _) => Suites::Fips,
                (false, true) => Suites::All,
                (false, false) => Suites::Regional,
            },
            key_exchange: match (fips, quantum) {
                (true, true) => KeyExchange::FipsPostQuantum,
                (true, false) => KeyExchange::Fips,
                (false, true) => KeyExchange::PostQuantum,
                (false, false) => KeyExchange::Classical,
            },
            kind: PolicyKind::Enhanced,
        }
    }

    /// Whether a suite of a version, by the name it has in [`Handshake`], is one of its own.
    pub fn takes(self, version: TlsVersion, cipher_suite: &str) -> bool {
        let chacha = cipher_suite.to_ascii_uppercase().contains("CHACHA20");
        let suite = match self.suites {
            Suites::All => true,
            Suites::Regional => !chacha || version == TlsVersion::V13,
            Suites::Fips => !chacha,
        };
        suite && version >= self.oldest
    }
}

/// What a handshake agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The version.
    pub version: TlsVersion,
    /// As OpenSSL calls it: `TLS_AES_128_GCM_SHA256`, `ECDHE-RSA-AES128-GCM-SHA256`.
    pub cipher_suite: String,
    /// The name that the client asked for (SNI), lower case.
    pub server_name: Option<String>,
}

impl Handshake {
    /// `$context.tlsVersion`
    pub const fn version_text(&self) -> &'static str {
        match self.version {
            TlsVersion::V12 => "TLSv1.2",
            TlsVersion::V13 => "TLSv1.3",
        }
    }
}

/// `endpointAccessMode`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccessMode {
    /// Whatever leads to the endpoint is taken.
    #[default]
    Basic,
    /// The handshake's name is the request's, and request and resource are of one endpoint type.
    Strict,
}

/// How an API or a custom domain name is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointSecurity {
    /// What handshakes may agree on.
    pub policy: SecurityPolicy,
    /// Whether names must agree.
    pub mode: AccessMode,
    /// `REGIONAL`, `EDGE`, `PRIVATE`; two while a domain name moves.
    pub endpoint_types: Vec<String>,
}

/// How a request came.
#[derive(Clone, Copy, Debug)]
pub struct Came<'a> {
    /// The handshake of its connection, where this server made it.
    pub handshake: Option<&'a Handshake>,
    /// Whether it came over TLS; without a handshake of ours a trusted proxy says so, and answers for what it agreed on.
    pub secure: bool,
    /// `Host`, lower case, without port.
    pub host: &'a str,
}

impl EndpointSecurity {
    /// Whether a request may have come so.
    pub fn takes(&self, came: Came<'_>) -> bool {
        let Some(handshake) = came.handshake else {
            return came.secure || self.policy.kind == PolicyKind::Legacy;
        };
        let named = self.mode == AccessMode::Basic || handshake.server_name.as_deref() == Some(came.host);
        named && self.policy.takes(handshake.version, &handshake.cipher_suite)
    }

    /// Whether a request to an API may have come so: under `STRICT` by the API's own name, or a custom domain name of its
    /// endpoint type.
    pub(crate) fn takes_call(&self, request: &GatewayRequest) -> bool {
        let came =
            Came { handshake: request.handshake.as_deref(), secure: request.secure, host: request.host.as_str() };
        self.takes(came) && (self.mode == AccessMode::Basic || self.is_of_its_type(request))
    }

    fn is_of_its_type(&self, request: &GatewayRequest) -> bool {
        match (&request.custom_domain, &request.through) {
            (Some(domain), _) => domain.endpoint_types.iter().any(|kind| self.endpoint_types.contains(kind)),
            // A VPC endpoint leads to private APIs alone.
            (None, Some(_)) => true,
            (None, None) => {
                request.host.strip_prefix(request.api_id.as_str()).is_some_and(|rest| rest.starts_with(".execute-api."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GCM: &str = "ECDHE-RSA-AES128-GCM-SHA256";
    const CHACHA: &str = "ECDHE-RSA-CHACHA20-POLY1305";

    #[test]
    fn a_policys_name_says_what_it_takes() {
        use TlsVersion::{V12, V13};
        for (name, v12, chacha12, chacha13) in [
            ("TLS_1_0", true, true, true),
            ("TLS_1_2", true, true, true),
            ("SecurityPolicy_TLS13_1_3_2025_09", false, false, true),
            ("SecurityPolicy_TLS13_1_3_FIPS_2025_09", false, false, false),
            ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", true, false, true),
            ("SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09", true, false, false),
            ("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", true, false, false),
            ("SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09", true, false, true),
            ("SecurityPolicy_TLS13_1_2_2021_06", true, false, true),
            ("SecurityPolicy_TLS13_2025_EDGE", false, false, true),
            ("SecurityPolicy_TLS12_PFS_2025_EDGE", true, true, true),
            ("SecurityPolicy_TLS12_2018_EDGE", true, true, true),
        ] {
            let policy = SecurityPolicy::named(name);
            assert_eq!(policy.takes(V12, GCM), v12, "{name}");
            assert_eq!(policy.takes(V12, CHACHA), chacha12, "{name}");
            assert_eq!(policy.takes(V13, "TLS_CHACHA20_POLY1305_SHA256"), chacha13, "{name}");
            assert!(policy.takes(V13, "TLS_AES_128_GCM_SHA256"), "{name}");
            assert_eq!(policy.kind == PolicyKind::Enhanced, name.starts_with("Sec"), "{name}");
        }
    }

    #[test]
    fn strict_wants_the_names_of_handshake_and_request_to_be_one() {
        let handshake = |name: Option<&str>| Handshake {
            version: TlsVersion::V13,
            cipher_suite: "TLS_AES_128_GCM_SHA256".to_owned(),
            server_name: name.map(str::to_owned),
        };
        let security = |mode, policy: &str| EndpointSecurity {
            policy: SecurityPolicy::named(policy),
            mode,
            endpoint_types: vec!["REGIONAL".to_owned()],
        };
        let newest = "SecurityPolicy_TLS13_1_3_2025_09";
        for (name, mode, expected) in [
            (Some("a.example"), AccessMode::Strict, true),
            (Some("b.example"), AccessMode::Strict, false),
            (None, AccessMode::Strict, false),
            (Some("b.example"), AccessMode::Basic, true),
            (None, AccessMode::Basic, true),
        ] {
            let handshake = handshake(name);
            let came = Came { handshake: Some(&handshake), secure: true, host: "a.example" };
            assert_eq!(security(mode, newest).takes(came), expected, "{name:?} {mode:?}");
        }
        let plain = Came { handshake: None, secure: false, host: "a.example" };
        assert!(!security(AccessMode::Basic, newest).takes(plain));
        assert!(security(AccessMode::Basic, "TLS_1_2").takes(plain));
        assert!(security(AccessMode::Strict, newest).takes(Came { secure: true, ..plain }));
    }
}
