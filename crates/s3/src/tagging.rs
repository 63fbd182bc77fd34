//! Tags of objects and buckets (S3 user guide, "Categorizing your storage using tags").

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_s3::Tag;

use crate::entity::object::{percent_decode, percent_encode};
use crate::error;

/// Tags of an object.
pub const OF_OBJECT: usize = 10;
/// Tags of a bucket.
pub const OF_BUCKET: usize = 50;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Reads a tag set.
///
/// # Errors
/// `BadRequest`, `InvalidTag`.
pub fn read(tags: Vec<Tag>, most: usize) -> Result<BTreeMap<String, String>, AwsError> {
    if tags.len() > most {
        return Err(error::too_many_tags(most));
    }
    let mut read = BTreeMap::new();
    for Tag { key, value } in tags {
        check(&key, &value)?;
        if read.insert(key, value).is_some() {
            return Err(error::invalid_tag("Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(read)
}

/// Reads `x-amz-tagging`: `key=value&key2=value2`, encoded as a URL's query.
///
/// # Errors
/// `InvalidArgument`, `BadRequest`, `InvalidTag`.
pub fn read_header(header: Option<&str>) -> Result<BTreeMap<String, String>, AwsError> {
    let Some(header) = header.filter(|header| !header.is_empty()) else { return Ok(BTreeMap::new()) };
    let malformed = || {
        let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag \
                       name duplicates.";
        error::invalid_argument(message, "x-amz-tagging", header)
    };
    let decode = |text: &str| percent_decode(&text.replace('+', " ")).ok_or_else(malformed);
    let mut tags = Vec::new();
    for pair in header.split('&').take(OF_OBJECT + 1) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        tags.push(Tag { key: decode(key)?, value: decode(value)? });
    }
    read(tags, OF_OBJECT)
}

/// As [`read_header`] reads it.
pub fn header(tags: &BTreeMap<String, String>) -> String {
    let pair = |(key, value): (&String, &String)| format!("{}={}", percent_encode(key), percent_encode(value));
    tags.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// As answers show it.
pub fn show(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

fn check(key: &str, value: &str) -> Result<(), AwsError> {
    let fits = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " +-=._:/@".contains(c));
    if key.is_empty() || key.chars().count() > MAX_KEY || !fits(key) {
        return Err(error::invalid_tag("The TagKey you have provided is invalid"));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err(error::invalid_tag("System tags cannot be added/updated by requester"));
    }
    if value.chars().count() > MAX_VALUE || !fits(value) {
        return Err(error::invalid_tag("The TagValue you have provided is invalid"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_queries() {
        let read = read_header(Some("team=dragons&path=a%2Fb&flag&note=a+b")).unwrap();
        let pairs: Vec<_> = read.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("flag", ""), ("note", "a b"), ("path", "a/b"), ("team", "dragons")]);
        assert!(read_header(None).unwrap().is_empty());
        let code = |header: &str| read_header(Some(header)).unwrap_err().code.into_owned();
        assert_eq!(code("a=1&a=2"), "InvalidTag");
        assert_eq!(code("a=%ff"), "InvalidArgument");
        assert_eq!(code("aws:x=1"), "InvalidTag");
        assert_eq!(code("=1"), "InvalidTag");
        assert_eq!(code(&(0..11).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join("&")), "BadRequest");
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_refused(header: String) {
            if let Ok(tags) = read_header(Some(&header)) {
                proptest::prop_assert!(tags.len() <= OF_OBJECT);
            }
        }
    }
}
