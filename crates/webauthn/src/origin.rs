//! Which pages may act for a relying party.

/// Whether a page of this origin may use credentials of a relying party: over HTTPS, or on this machine over HTTP; its
/// host is the relying party's id or below it. Ports are not minded, as browsers do not.
pub fn may_act_for(origin: &str, relying_party: &str) -> bool {
    let (secure, authority) = match (origin.strip_prefix("https://"), origin.strip_prefix("http://")) {
        (Some(authority), _) => (true, authority),
        (_, Some(authority)) => (false, authority),
        _ => return false,
    };
    let Some(host) = host(authority) else { return false };
    if !secure && !is_local(host) {
        return false;
    }
    !relying_party.is_empty()
        && (host == relying_party
            || host.strip_suffix(relying_party).is_some_and(|front| front.ends_with('.') && front.len() > 1))
}

/// The host of `host[:port]`, where there is nothing else in it.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let digits = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let good = !host.is_empty() && host.bytes().all(letter) && port.is_none_or(digits);
    good.then_some(host)
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_107_only_pages_of_the_relying_party_act_for_it() {
        for origin in
            ["https://example.com", "https://example.com:8443", "https://login.example.com", "https://a.b.example.com"]
        {
            assert!(may_act_for(origin, "example.com"), "{origin}");
        }
        for origin in [
            "https://notexample.com",
            "https://example.com.evil.test",
            "https://evil.test/example.com",
            "https://evil.test?example.com",
            "https://evil.test#.example.com",
            "https://user@example.com",
            "https://example.com/",
            "https://.example.com",
            "https://example.com:",
            "https://example.com:80a",
            "https://EXAMPLE.com",
            "http://example.com",
            "android:apk-key-hash:abc",
            "example.com",
            "null",
            "",
        ] {
            assert!(!may_act_for(origin, "example.com"), "{origin}");
        }
        assert!(!may_act_for("https://com", "example.com"));
        assert!(!may_act_for("https://example.com", ""));
    }

    #[test]
    fn pages_of_this_machine_need_no_tls() {
        assert!(may_act_for("http://localhost:4566", "localhost"));
        assert!(may_act_for("http://demo.auth.eu-west-1.localhost:4566", "demo.auth.eu-west-1.localhost"));
        assert!(!may_act_for("http://localhost.evil.test", "localhost"));
        assert!(!may_act_for("http://evillocalhost", "localhost"));
    }
}
