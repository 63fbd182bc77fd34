//! What a request's Host says: which door it names, and whether it is a name of ours at all.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use http::Uri;

/// A host name in lower case, without port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

/// What a host name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// `{api}.execute-api.{region}.…`.
    ExecuteApi {
        /// The API's id.
        api: String,
    },
    /// `{prefix}.auth.{region}.…`.
    UserPoolDomain {
        /// The domain prefix.
        domain: String,
    },
    /// `{id}.lambda-url.{region}.on.aws`.
    FunctionUrl {
        /// The address's id.
        id: String,
    },
    /// `{bucket}.s3-website-{region}.…`.
    S3Website {
        /// The bucket; may hold dots.
        bucket: String,
    },
    /// `{bucket}.s3.…` or `{bucket}.localhost`.
    S3Bucket {
        /// The bucket; may hold dots.
        bucket: String,
    },
    /// `{service}.{region}.…`: an AWS endpoint by its prefix.
    Endpoint {
        /// `cognito-idp`, `sts`, `s3`.
        prefix: String,
    },
    /// Nothing in particular.
    Plain,
}

impl Host {
    /// Of a request: the authority of an absolute target (HTTP/2) or the Host header. `None` where it is absent,
    /// repeated, or no host name, and where the two name different hosts.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(http::header::HOST).iter();
        let header = values.next().map(|value| value.to_str().ok());
        if values.next().is_some() {
            return None;
        }
        match (uri.host(), header) {
            (Some(host), None) => Self::parse(host),
            (None, Some(header)) => Self::parse(header?),
            (Some(host), Some(header)) => {
                Self::parse(header?).filter(|header| Self::parse(host).as_ref() == Some(header))
            }
            (None, None) => None,
        }
    }

    /// Takes `name`, `name:port`, `[::1]:port`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.strip_prefix('[') {
            Some(address) => address.split_once(']').filter(|(name, _)| name.parse::<Ipv6Addr>().is_ok())?,
            None => text.find(':').and_then(|at| text.split_at_checked(at)).unwrap_or((text, "")),
        };
        if !port.is_empty() && !port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit())) {
            return None;
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let well_formed = !name.is_empty()
            && name.len() <= 253
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b));
        well_formed.then_some(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it stands for.
    pub fn named(&self) -> Named {
        let suffixes = [".localhost", ".amazonaws.com", ".amazonaws.com.cn", ".amazoncognito.com", ".on.aws"];
        let Some((rest, suffix)) = suffixes.iter().find_map(|s| Some((self.0.strip_suffix(s)?, *s))) else {
            return Named::Plain;
        };
        let labels: Vec<&str> = rest.split('.').collect();
        match labels.as_slice() {
            [api, "execute-api", _region] => Named::ExecuteApi { api: (*api).to_owned() },
            [domain, "auth", _region] => Named::UserPoolDomain { domain: (*domain).to_owned() },
            [id, "lambda-url", _region] => Named::FunctionUrl { id: (*id).to_owned() },
            _ if suffix == ".on.aws" => Named::Plain,
            _ => bucket_of(&labels, suffix).unwrap_or(Named::Plain),
        }
    }

    /// Whether this is a name that only reaches a server one means to reach: loopback, under `.localhost`, AWS's own
    /// form, or configured. Anything else may be a rebound name of an attacker's site.
    pub fn is_ours(&self, configured: &[String]) -> bool {
        let loopback = self.0.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        loopback
            || self.0 == "localhost"
            || self.0.ends_with(".localhost")
            || [".amazonaws.com", ".amazonaws.com.cn", ".amazoncognito.com"].iter().any(|s| self.0.ends_with(s))
            || configured.iter().any(|name| name.eq_ignore_ascii_case(&self.0))
    }
}

/// The S3 and endpoint forms; `labels` stand before the suffix.
fn bucket_of(labels: &[&str], suffix: &str) -> Option<Named> {
    for (at, label) in labels.iter().enumerate() {
        let before = labels.get(..at).filter(|l| !l.is_empty()).map(|l| l.join("."));
        let after = labels.get(at + 1..).unwrap_or_default();
        match *label {
            "s3-website" if after.len() <= 1 => return Some(Named::S3Website { bucket: before? }),
            l if l.starts_with("s3-website-") && after.is_empty() => return Some(Named::S3Website { bucket: before? }),
            "s3" if after.len() <= 1 => {
                return Some(
                    before.map_or(Named::Endpoint { prefix: "s3".to_owned() }, |bucket| Named::S3Bucket { bucket }),
                );
            }
            _ => {}
        }
    }
    match labels {
        [bucket] if suffix == ".localhost" => Some(Named::S3Bucket { bucket: (*bucket).to_owned() }),
        [prefix] | [prefix, _] => Some(Named::Endpoint { prefix: (*prefix).to_owned() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, expected: &Named) {
        assert_eq!(&Host::parse(host).unwrap().named(), expected, "{host}");
    }

    #[test]
    fn every_form_of_host_names_its_door() {
        let api = Named::ExecuteApi { api: "abc123".into() };
        check("abc123.execute-api.eu-west-1.localhost:4566", &api);
        check("ABC123.execute-api.eu-west-1.amazonaws.com", &api);
        let domain = Named::UserPoolDomain { domain: "demo".into() };
        check("demo.auth.us-east-1.localhost:4566", &domain);
        check("demo.auth.us-east-1.amazoncognito.com", &domain);
        let site = Named::S3Website { bucket: "my.site".into() };
        check("my.site.s3-website-us-east-1.localhost:4566", &site);
        check("my.site.s3-website.eu-central-1.amazonaws.com", &site);
        let bucket = Named::S3Bucket { bucket: "my.bucket".into() };
        check("my.bucket.s3.localhost:4566", &bucket);
        check("my.bucket.s3.eu-west-1.amazonaws.com", &bucket);
        check("my.bucket.s3.amazonaws.com", &bucket);
        check("photos.localhost:4566", &Named::S3Bucket { bucket: "photos".into() });
        check("s3.eu-west-1.amazonaws.com", &Named::Endpoint { prefix: "s3".into() });
        check("cognito-idp.eu-west-1.amazonaws.com", &Named::Endpoint { prefix: "cognito-idp".into() });
        check("cognito-idp.eu-west-1.localhost", &Named::Endpoint { prefix: "cognito-idp".into() });
        check("sts.amazonaws.com", &Named::Endpoint { prefix: "sts".into() });
        for plain in ["localhost:4566", "127.0.0.1:4566", "[::1]:4566", "example.com"] {
            check(plain, &Named::Plain);
        }
    }

    #[test]
    fn a_functions_address_is_named_by_its_id() {
        for suffix in ["on.aws", "localhost:4566"] {
            check(&format!("abc.lambda-url.eu-west-1.{suffix}"), &Named::FunctionUrl { id: "abc".to_owned() });
        }
        check("sts.on.aws", &Named::Plain);
    }

    #[test]
    fn a_rebound_name_is_not_ours() {
        let ours = |host: &str| Host::parse(host).unwrap().is_ours(&["gate.example.org".into()]);
        for good in [
            "localhost",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:4566",
            "x.localhost",
            "sts.amazonaws.com",
            "GATE.example.org",
        ] {
            assert!(ours(good), "{good}");
        }
        for bad in ["evil.example", "localhost.evil.example", "10.0.0.1", "notlocalhost", "amazonaws.com.evil.example"]
        {
            assert!(!ours(bad), "{bad}");
        }
    }

    #[test]
    fn odd_hosts_are_no_hosts() {
        for bad in
            ["", "a b", "a/b", "[::1", "é.localhost", "a@b", "localhost:evil.example", "[::1]x", "[localhost]", "a:1:2"]
        {
            assert_eq!(Host::parse(bad), None, "{bad}");
        }
        let mut headers = HeaderMap::new();
        headers.append("host", "a".parse().unwrap());
        headers.append("host", "b".parse().unwrap());
        assert_eq!(Host::of(&Uri::from_static("/"), &headers), None);
    }

    #[test]
    fn a_target_and_a_header_that_differ_name_no_host() {
        let of = |target: &'static str, header: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("host", http::HeaderValue::from_static(header));
            Host::of(&Uri::from_static(target), &headers)
        };
        assert_eq!(of("http://localhost:1/x", "LOCALHOST:1"), Host::parse("localhost"));
        assert_eq!(of("http://evil.example/x", "localhost"), None);
        assert_eq!(of("http://localhost/x", "evil.example"), None);
        assert_eq!(of("/x", "localhost"), Host::parse("localhost"));
        assert_eq!(Host::of(&Uri::from_static("http://[::1]:1/"), &HeaderMap::new()), Host::parse("[::1]"));
    }
}
