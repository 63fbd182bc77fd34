//! Security policies of endpoints in the words of rustls.

use execute_api::security_policy::{Handshake, KeyExchange, SecurityPolicy, TlsVersion};
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::{CipherSuite, ProtocolVersion, ServerConnection, SupportedCipherSuite, SupportedProtocolVersion};

const CLASSICAL: [&dyn SupportedKxGroup; 3] = [kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1];
const NIST: [&dyn SupportedKxGroup; 2] = [kx_group::SECP256R1, kx_group::SECP384R1];
const HYBRIDS: [&dyn SupportedKxGroup; 2] = [kx_group::X25519MLKEM768, kx_group::SECP256R1MLKEM768];

/// The provider of a policy's suites and key exchange.
pub fn provider(policy: SecurityPolicy) -> CryptoProvider {
    let whole = aws_lc_rs::default_provider();
    let taken = |suite: &SupportedCipherSuite| {
        let version = match suite {
            SupportedCipherSuite::Tls12(_) => TlsVersion::V12,
            SupportedCipherSuite::Tls13(_) => TlsVersion::V13,
        };
        policy.takes(version, &name(suite.suite()))
    };
    let cipher_suites = whole.cipher_suites.iter().copied().filter(taken).collect();
    let kx_groups = match policy.key_exchange {
        KeyExchange::Any => whole.kx_groups.clone(),
        KeyExchange::Classical => CLASSICAL.to_vec(),
        KeyExchange::Fips => NIST.to_vec(),
        KeyExchange::PostQuantum => HYBRIDS.into_iter().chain(CLASSICAL).collect(),
        KeyExchange::FipsPostQuantum => HYBRIDS.into_iter().chain(NIST).collect(),
    };
    CryptoProvider { cipher_suites, kx_groups, ..whole }
}

/// The versions of a policy.
pub fn versions(policy: SecurityPolicy) -> Vec<&'static SupportedProtocolVersion> {
    match policy.oldest {
        TlsVersion::V12 => vec![&rustls::version::TLS13, &rustls::version::TLS12],
        TlsVersion::V13 => vec![&rustls::version::TLS13],
    }
}

/// What a finished handshake agreed on.
pub fn agreed(connection: &ServerConnection) -> Option<Handshake> {
    let version = match connection.protocol_version()? {
        ProtocolVersion::TLSv1_3 => TlsVersion::V13,
        _ => TlsVersion::V12,
    };
    Some(Handshake {
        version,
        cipher_suite: name(connection.negotiated_cipher_suite()?.suite()),
        server_name: connection.server_name().map(str::to_ascii_lowercase),
    })
}

/// A suite as OpenSSL calls it, and API Gateway with it.
fn name(suite: CipherSuite) -> String {
    let own = suite.as_str().unwrap_or_default();
    if let Some(rest) = own.strip_prefix("TLS13_") {
        return format!("TLS_{rest}");
    }
    let short = own.strip_prefix("TLS_").unwrap_or(own).replace("_WITH_", "_").replace("AES_", "AES");
    let short = short.strip_suffix("_POLY1305_SHA256").map_or(short.clone(), |rest| format!("{rest}_POLY1305"));
    short.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_have_the_names_of_openssl() {
        for (suite, expected) in [
            (CipherSuite::TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256"),
            (CipherSuite::TLS13_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256"),
            (CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE-RSA-AES128-GCM-SHA256"),
            (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "ECDHE-ECDSA-AES256-GCM-SHA384"),
            (CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-RSA-CHACHA20-POLY1305"),
        ] {
            assert_eq!(name(suite), expected);
        }
    }

    #[test]
    fn no_policy_is_left_without_suites_of_its_versions() {
        for policy in model_apigateway::SecurityPolicy::ALL {
            let policy = SecurityPolicy::named(policy.as_str());
            let provider = provider(policy);
            let of = |wanted: TlsVersion| {
                let is = |suite: &&SupportedCipherSuite| {
                    matches!(suite, SupportedCipherSuite::Tls13(_)) == (wanted == TlsVersion::V13)
                };
                provider.cipher_suites.iter().filter(is).count()
            };
            assert!(of(TlsVersion::V13) >= 2, "{policy:?}");
            assert_eq!(of(TlsVersion::V12) == 0, policy.oldest == TlsVersion::V13, "{policy:?}");
            assert!(!provider.kx_groups.is_empty());
        }
    }
}
