//! Delivery streams and the X-Ray daemon as the configuration declares them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use aws_types::Secret;
use execute_api::access_log::is_stream;
use serde::Deserialize;

use crate::config::ConfigError;
use crate::outgoing::{invalid, is_loopback, read_secret};

/// Streams that may be declared.
const MOST_STREAMS: usize = 100;
/// Bytes of an access key (Firehose's own bound).
const MOST_KEY: usize = 4_096;
/// Characters of a prefix.
const MOST_PREFIX: usize = 512;
/// What is gathered where nothing is said, in megabytes.
const MEGABYTES: u64 = 5;
/// How much may be gathered, in megabytes.
const MOST_MEGABYTES: u64 = 64;
/// How long lines for a bucket are gathered, in seconds.
pub(super) const BUCKET_SECONDS: u64 = 300;
/// The same of an endpoint.
const ENDPOINT_SECONDS: u64 = 60;
/// The longest, in seconds.
const MOST_SECONDS: u64 = 900;

/// A delivery stream of Firehose, by its name.
#[derive(Clone, Debug)]
pub struct DeliveryStream {
    /// `amazon-apigateway-calls`
    pub name: String,
    /// Where its lines go.
    pub to: To,
    /// When a batch is sent.
    pub bounds: Bounds,
}

/// Where a stream leads.
#[derive(Clone, Debug)]
pub enum To {
    /// To a bucket of this server's S3.
    Bucket {
        /// Its name.
        bucket: String,
        /// What objects' keys begin with; empty for nothing.
        prefix: String,
    },
    /// To an endpoint that takes Firehose's HTTP requests.
    Endpoint {
        /// Where it is.
        url: String,
        /// `X-Amz-Firehose-Access-Key`
        access_key: Option<Secret<String>>,
    },
}

/// When a batch is sent: what comes first.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// So many bytes have come.
    pub bytes: usize,
    /// The oldest line has waited so long, in milliseconds.
    pub wait_ms: i64,
}

impl Bounds {
    pub(super) fn new(megabytes: u64, seconds: u64) -> Self {
        let bytes = usize::try_from(megabytes << 20).unwrap_or(usize::MAX);
        Self { bytes, wait_ms: i64::try_from(seconds * 1_000).unwrap_or(i64::MAX) }
    }

    /// Of buckets of user pools.
    pub(super) fn of_buckets() -> Self {
        Self::new(MEGABYTES, BUCKET_SECONDS)
    }
}

/// `[[delivery_streams]]` of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileStream {
    name: String,
    bucket: Option<String>,
    #[serde(default)]
    prefix: String,
    url: Option<String>,
    access_key_file: Option<PathBuf>,
    buffer_megabytes: Option<u64>,
    buffer_seconds: Option<u64>,
}

/// Checks the streams, and reads the files that they name.
///
/// # Errors
/// What is wrong.
pub fn streams(all: Vec<FileStream>) -> Result<Vec<DeliveryStream>, ConfigError> {
    if all.len() > MOST_STREAMS {
        return Err(invalid(format_args!("delivery_streams: there may be {MOST_STREAMS}")));
    }
    let names: BTreeSet<String> = all.iter().map(|one| one.name.clone()).collect();
    if names.len() != all.len() {
        return Err(invalid("delivery_streams: a name stands there twice"));
    }
    all.into_iter().map(stream).collect()
}

fn stream(given: FileStream) -> Result<DeliveryStream, ConfigError> {
    let name = given.name;
    let wrong = |what: &str| Err(invalid(format_args!("delivery_streams: {name}: {what}")));
    if !is_stream(&name) {
        return wrong("a name has 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    let (to, seconds) = match (given.bucket, given.url) {
        (Some(bucket), None) if given.access_key_file.is_none() => {
            if given.prefix.contains("!{") || given.prefix.chars().any(char::is_control) {
                return wrong("a prefix has no expressions and no control characters");
            }
            if given.prefix.chars().count() > MOST_PREFIX || given.prefix.starts_with('/') {
                return wrong("a prefix has at most 512 characters and no slash before them");
            }
            (To::Bucket { bucket, prefix: given.prefix }, BUCKET_SECONDS)
        }
        (None, Some(url)) if given.prefix.is_empty() => {
            let plain = url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
            let safe = url.starts_with("https://") || plain.is_some_and(is_loopback);
            if !safe || url.parse::<http::Uri>().is_err() {
                return wrong("url must be an https URL, or an http one on this machine");
            }
            let access_key = given.access_key_file.map(|path| read_secret(&path)).transpose()?;
            let good = |key: &String| key.len() <= MOST_KEY && http::HeaderValue::from_str(key).is_ok();
            if !access_key.as_ref().is_none_or(good) {
                return wrong("access_key_file must hold one line of at most 4096 bytes");
            }
            (To::Endpoint { url, access_key: access_key.map(Secret::new) }, ENDPOINT_SECONDS)
        }
        _ => {
            return wrong(
                "it leads to a bucket (with a prefix, or none), or to a url (with an access_key_file, or none)",
            );
        }
    };
    let megabytes = given.buffer_megabytes.unwrap_or(MEGABYTES);
    let seconds = given.buffer_seconds.unwrap_or(seconds);
    if !(1..=MOST_MEGABYTES).contains(&megabytes) || seconds > MOST_SECONDS {
        return wrong("buffer_megabytes is 1 to 64, buffer_seconds 0 to 900");
    }
    Ok(DeliveryStream { name, to, bounds: Bounds::new(megabytes, seconds) })
}

/// `host:port` of the X-Ray daemon.
///
/// # Errors
/// It is something else.
pub fn daemon(address: Option<String>) -> Result<Option<String>, ConfigError> {
    let good = |address: &String| {
        address
            .parse::<http::uri::Authority>()
            .is_ok_and(|authority| authority.port_u16().is_some() && !address.contains('@'))
    };
    match address {
        Some(address) if !good(&address) => {
            Err(invalid(format_args!("xray_daemon must be host:port, not {address:.200}")))
        }
        address => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<DeliveryStream>, String> {
        #[derive(Deserialize)]
        struct All {
            delivery_streams: Vec<FileStream>,
        }
        let all: All = toml::from_str(text).map_err(|error| error.to_string())?;
        streams(all.delivery_streams).map_err(|error| error.to_string())
    }

    #[test]
    fn streams_lead_to_a_bucket_or_an_endpoint() {
        let all = read(
            "[[delivery_streams]]\nname = \"a\"\nbucket = \"logs\"\nprefix = \"calls/\"\n[[delivery_streams]]\nname = \
             \"b\"\nurl = \"https://example.com/x\"\nbuffer_seconds = 0\nbuffer_megabytes = 64\n",
        )
        .unwrap();
        assert_eq!((all[0].bounds.bytes, all[0].bounds.wait_ms), (5 << 20, 300_000));
        assert_eq!((all[1].bounds.bytes, all[1].bounds.wait_ms), (64 << 20, 0));
        assert!(matches!(&all[0].to, To::Bucket { bucket, prefix } if bucket == "logs" && prefix == "calls/"));
    }

    #[test]
    fn what_is_no_stream_is_refused() {
        for wrong in [
            "name = \"a\"",
            "name = \"a b\"\nbucket = \"x\"",
            "name = \"a\"\nbucket = \"x\"\nurl = \"https://example.com/\"",
            "name = \"a\"\nurl = \"http://example.com/\"",
            "name = \"a\"\nbucket = \"x\"\nprefix = \"!{timestamp:yyyy}\"",
            "name = \"a\"\nbucket = \"x\"\nbuffer_seconds = 901",
            "name = \"a\"\nbucket = \"x\"\nbuffer_megabytes = 0",
            "name = \"a\"\nbucket = \"x\"\nbufer_megabytes = 1",
        ] {
            assert!(read(&format!("[[delivery_streams]]\n{wrong}\n")).is_err(), "{wrong}");
        }
        let twice = "[[delivery_streams]]\nname = \"a\"\nbucket = \"x\"\n".repeat(2);
        assert!(read(&twice).unwrap_err().contains("twice"));
        for (address, good) in [("127.0.0.1:2000", true), ("xray:2000", true), ("xray", false), ("a@b:1", false)] {
            assert_eq!(daemon(Some(address.to_owned())).is_ok(), good, "{address}");
        }
    }
}
