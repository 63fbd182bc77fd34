//! What a website endpoint needs to know of a bucket.

/// A bucket's website configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebsitePlan {
    /// Appended to keys that are empty or end with a slash. Absent where everything is redirected.
    pub index_suffix: Option<String>,
    /// Served, with the error's own status, for every 4xx.
    pub error_key: Option<String>,
    /// Sends every request elsewhere.
    pub redirect_all: Option<RedirectAll>,
    /// First match wins.
    pub routing_rules: Vec<RoutingRule>,
}

/// `RedirectAllRequestsTo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectAll {
    /// Host, possibly with a path.
    pub host_name: String,
    /// `http` or `https`; the request's own where absent.
    pub protocol: Option<String>,
}

/// One `RoutingRule`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutingRule {
    /// `KeyPrefixEquals`.
    pub key_prefix: Option<String>,
    /// `HttpErrorCodeReturnedEquals`.
    pub error_code: Option<u16>,
    /// Where to.
    pub host_name: Option<String>,
    /// `http` or `https`.
    pub protocol: Option<String>,
    /// 301 unless set.
    pub status: Option<u16>,
    /// `ReplaceKeyPrefixWith`.
    pub replace_key_prefix: Option<String>,
    /// `ReplaceKeyWith`.
    pub replace_key: Option<String>,
}

impl RoutingRule {
    /// Whether the rule speaks of this key and this outcome (`None` before the object was looked up).
    pub fn applies(&self, key: &str, error: Option<u16>) -> bool {
        let prefix = self.key_prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix.as_str()));
        prefix && self.error_code == error
    }

    /// The key it leads to: what the rule puts in, and what is kept of the key that was asked for.
    pub fn target<'a>(&'a self, key: &'a str) -> (&'a str, &'a str) {
        if let Some(whole) = &self.replace_key {
            return (whole, "");
        }
        let Some(replacement) = &self.replace_key_prefix else { return ("", key) };
        let prefix = self.key_prefix.as_deref().unwrap_or_default();
        (replacement, key.strip_prefix(prefix).unwrap_or(key))
    }
}
