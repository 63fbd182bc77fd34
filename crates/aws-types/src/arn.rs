//! Amazon Resource Names, account ids and regions (IAM guide, "Identify AWS resources with ARNs").

use std::fmt;

/// The account every resource belongs to unless the configuration names another.
pub const DEFAULT_ACCOUNT: &str = "123456789012";
/// The region used where a request names none.
pub const DEFAULT_REGION: &str = "us-east-1";

/// A twelve-digit AWS account id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

impl AccountId {
    /// Takes exactly twelve decimal digits; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AccountId {
    fn default() -> Self {
        Self(DEFAULT_ACCOUNT.to_owned())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A region name such as `eu-west-1`. Any well-formed name is served.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(String);

impl Region {
    /// Takes a name of lower-case letters, digits and hyphens of at most 32 bytes that starts with a letter.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() <= 32
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Region {
    fn default() -> Self {
        Self(DEFAULT_REGION.to_owned())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `arn:partition:service:region:account:resource`; the resource may hold further colons.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn {
    /// Usually `aws`.
    pub partition: String,
    /// Signing name of the service, `cognito-idp`.
    pub service: String,
    /// May be empty.
    pub region: String,
    /// May be empty.
    pub account: String,
    /// Everything after the fifth colon.
    pub resource: String,
}

impl Arn {
    /// An ARN of partition `aws`.
    pub fn new(service: &str, region: &Region, account: &AccountId, resource: impl Into<String>) -> Self {
        Self {
            partition: "aws".to_owned(),
            service: service.to_owned(),
            region: region.as_str().to_owned(),
            account: account.as_str().to_owned(),
            resource: resource.into(),
        }
    }

    /// Takes six colon-separated fields that begin with `arn`; the resource must not be empty.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        if fields.next()? != "arn" {
            return None;
        }
        let [partition, service, region, account, resource] =
            [fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?].map(str::to_owned);
        (!resource.is_empty()).then_some(Self { partition, service, region, account, resource })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_prints_as_it_was_parsed() {
        for text in ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab3", "arn:aws:s3:::bucket/a:b"] {
            assert_eq!(Arn::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "arn:aws:s3", "arn:aws:s3:::", "urn:aws:s3:::b"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn account_ids_and_regions_are_checked() {
        assert!(AccountId::parse("123456789012").is_some());
        assert!(AccountId::parse("12345678901x").is_none());
        assert!(Region::parse("us-gov-west-1").is_some());
        assert!(Region::parse("US").is_none());
        assert!(Region::parse("../x").is_none());
    }
}
