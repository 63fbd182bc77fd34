//! Cross-origin requests to a bucket (S3 user guide, "Using cross-origin resource sharing (CORS)"). The first rule that fits
//! origin, method and headers decides.

use aws_types::AwsError;
use model_s3::CORSRule;
use serde::{Deserialize, Serialize};

use crate::S3;
use crate::error;
use crate::table::{BUCKETS, BUCKETS_PK};

/// Rules of one bucket.
const MAX_RULES: usize = 100;
/// Methods that a rule may name.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorsRule {
    /// Its name.
    pub id: Option<String>,
    /// Header names, each with at most one `*`.
    pub allowed_headers: Vec<String>,
    /// Methods.
    pub allowed_methods: Vec<String>,
    /// Origins, each with at most one `*`.
    pub allowed_origins: Vec<String>,
    /// Headers that a page may read.
    pub expose_headers: Vec<String>,
    /// Seconds for which a browser need not ask again.
    pub max_age_s: Option<i32>,
}

/// What a page of another origin asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `Origin`.
    pub origin: &'a str,
    /// The method, of a preflight the announced one.
    pub method: &'a str,
    /// `Access-Control-Request-Headers`, one by one.
    pub headers: &'a [String],
}

/// What it is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// `Access-Control-Allow-Origin`: the origin itself, or `*` where the rule says so.
    pub origin: String,
    /// `Access-Control-Allow-Methods`.
    pub methods: Vec<String>,
    /// `Access-Control-Allow-Headers`.
    pub headers: Vec<String>,
    /// `Access-Control-Expose-Headers`.
    pub expose: Vec<String>,
    /// `Access-Control-Max-Age`, in seconds.
    pub max_age_s: Option<i32>,
}

impl Granted {
    /// `Access-Control-Allow-Credentials`: never beside `*`.
    pub fn credentials(&self) -> bool {
        self.origin != "*"
    }
}

impl CorsRule {
    /// Reads a request's rules.
    ///
    /// # Errors
    /// `MalformedXML`, `InvalidRequest`.
    pub fn read(rules: Vec<CORSRule>) -> Result<Vec<Self>, AwsError> {
        if rules.is_empty() {
            return Err(error::malformed_xml());
        }
        if rules.len() > MAX_RULES {
            return Err(error::invalid_cors(
                "The number of CORS rules should not exceed allowed limit of 100 rules.".into(),
            ));
        }
        rules.into_iter().map(Self::read_one).collect()
    }

    fn read_one(rule: CORSRule) -> Result<Self, AwsError> {
        let rule = Self {
            id: rule.id,
            allowed_headers: rule.allowed_headers.unwrap_or_default(),
            allowed_methods: rule.allowed_methods,
            allowed_origins: rule.allowed_origins,
            expose_headers: rule.expose_headers.unwrap_or_default(),
            max_age_s: rule.max_age_seconds,
        };
        if rule.allowed_methods.is_empty() || rule.allowed_origins.is_empty() {
            return Err(error::malformed_xml());
        }
        if let Some(method) = rule.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
            return Err(error::invalid_cors(message));
        }
        let many = |text: &&String| text.matches('*').count() > 1;
        if let Some(origin) = rule.allowed_origins.iter().find(many) {
            let message = format!("AllowedOrigin \"{origin}\" can not have more than one wildcard.");
            return Err(error::invalid_cors(message));
        }
        if let Some(header) = rule.allowed_headers.iter().find(many) {
            let message = format!("AllowedHeader \"{header}\" can not have more than one wildcard.");
            return Err(error::invalid_cors(message));
        }
        if let Some(header) = rule.expose_headers.iter().find(|header| header.contains('*')) {
            return Err(error::invalid_cors(format!(
                "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
            )));
        }
        // They are sent as headers: what no header may hold is no name.
        let sendable = |text: &&String| !text.bytes().all(|b| b.is_ascii_graphic());
        let mut sent = rule.allowed_origins.iter().chain(&rule.expose_headers).chain(&rule.allowed_headers);
        if sent.any(|text| sendable(&text)) {
            return Err(error::malformed_xml());
        }
        Ok(rule)
    }

    /// As it is shown.
    pub fn to_wire(&self) -> CORSRule {
        let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        CORSRule {
            id: self.id.clone(),
            allowed_headers: some(&self.allowed_headers),
            allowed_methods: self.allowed_methods.clone(),
            allowed_origins: self.allowed_origins.clone(),
            expose_headers: some(&self.expose_headers),
            max_age_seconds: self.max_age_s,
        }
    }

    fn grants(&self, asked: &Asked<'_>) -> Option<Granted> {
        let origin = self.allowed_origins.iter().find(|pattern| matches(pattern, asked.origin))?;
        if !self.allowed_methods.iter().any(|method| method == asked.method) {
            return None;
        }
        let allowed = |header: &String| {
            let header = header.to_ascii_lowercase();
            self.allowed_headers.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &header))
        };
        asked.headers.iter().all(allowed).then(|| Granted {
            origin: if origin == "*" { origin.clone() } else { asked.origin.to_owned() },
            methods: self.allowed_methods.clone(),
            headers: asked.headers.to_vec(),
            expose: self.expose_headers.clone(),
            max_age_s: self.max_age_s,
        })
    }
}

/// The first rule's word that fits.
pub fn granted(rules: &[CorsRule], asked: &Asked<'_>) -> Option<Granted> {
    rules.iter().find_map(|rule| rule.grants(asked))
}

/// Whether a text is what a pattern with at most one `*` wants.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.len() >= head.len() + tail.len() && text.starts_with(head) && text.ends_with(tail),
    }
}

impl S3 {
    /// A bucket's rules; none where there is no such bucket.
    ///
    /// # Errors
    /// The store's.
    pub async fn cors(&self, bucket: &str) -> Result<Option<Vec<CorsRule>>, AwsError> {
        let found = BUCKETS.get(&self.doors.store, BUCKETS_PK, bucket).await?;
        Ok(found.map(|found| found.value.cors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(origins: &[&str], headers: &[&str]) -> CorsRule {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        CorsRule {
            id: None,
            allowed_headers: owned(headers),
            allowed_methods: owned(&["GET", "PUT"]),
            allowed_origins: owned(origins),
            expose_headers: owned(&["ETag"]),
            max_age_s: Some(60),
        }
    }

    fn ask(rules: &[CorsRule], origin: &str, method: &str, headers: &[&str]) -> Option<String> {
        let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
        granted(rules, &Asked { origin, method, headers: &headers }).map(|granted| granted.origin)
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rules = [rule(&["https://*.example.com"], &["x-amz-*"]), rule(&["*"], &[])];
        let is = |origin: &str| Some(origin.to_owned());
        assert_eq!(ask(&rules, "https://app.example.com", "PUT", &["X-Amz-Date"]), is("https://app.example.com"));
        assert_eq!(ask(&rules, "https://app.example.com", "PUT", &["content-type"]), None);
        assert_eq!(ask(&rules, "https://app.example.com", "DELETE", &[]), None);
        assert_eq!(ask(&rules, "https://elsewhere.example", "GET", &[]), is("*"));
        assert_eq!(ask(&rules[..1], "https://example.com", "GET", &[]), None);
        assert_eq!(ask(&rules[..1], "http://app.example.com", "GET", &[]), None);
        assert_eq!(ask(&rules[..1], "https://.example.com", "GET", &[]), is("https://.example.com"));
    }

    #[test]
    fn attack_119_credentials_never_stand_beside_any_origin() {
        let asked = Asked { origin: "https://a.example", method: "GET", headers: &[] };
        assert!(!granted(&[rule(&["*"], &[])], &asked).unwrap().credentials());
        assert!(granted(&[rule(&["https://*"], &[])], &asked).unwrap().credentials());
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_with_a_star_matches_what_it_was_cut_from(head: String, middle: String, tail: String) {
            proptest::prop_assume!(!head.contains('*') && !tail.contains('*'));
            let pattern = format!("{head}*{tail}");
            let text = [head, middle, tail].concat();
            proptest::prop_assert!(matches(&pattern, &text));
        }
    }
}
