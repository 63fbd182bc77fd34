//! What a request calls a function: a name, a partial ARN or an ARN, each with or without qualifier.

use std::fmt;

use aws_types::{AccountId, Region};

use crate::error::{Result, constraint, no_function, other_region, qualifiers_differ};

/// `$LATEST`.
pub const LATEST: &str = "$LATEST";
/// Characters of a name (Lambda API reference, "CreateFunction").
const MOST_NAME: usize = 64;

/// Where a function lives and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionName {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `check`.
    pub name: String,
}

impl FunctionName {
    /// The ARN with a qualifier.
    pub fn qualified(&self, qualifier: &str) -> String {
        format!("{self}:{qualifier}")
    }

    /// The ARN, with the qualifier where there is one.
    pub fn arn(&self, qualifier: Option<&str>) -> String {
        qualifier.map_or_else(|| self.to_string(), |qualifier| self.qualified(qualifier))
    }
}

impl fmt::Display for FunctionName {
    /// The ARN without qualifier.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.name)
    }
}

/// A function and what a request wants of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which.
    pub function: FunctionName,
    /// A version or alias.
    pub qualifier: Option<String>,
}

impl Reference {
    /// Reads a name as a call of this account and region means it.
    ///
    /// # Errors
    /// `ResourceNotFoundException` for another region or account, `InvalidParameterValueException` where name and parameter
    /// give two qualifiers.
    pub fn read(account: &AccountId, region: &Region, text: &str, qualifier: Option<&str>) -> Result<Self> {
        let parts = Parts::of(text);
        if let Some(named) = parts.region.filter(|named| *named != region.as_str()) {
            return Err(other_region(named, region.as_str()));
        }
        let function = FunctionName {
            account: parts.account.unwrap_or(account.as_str()).to_owned(),
            region: region.as_str().to_owned(),
            name: parts.name.to_owned(),
        };
        if function.account != account.as_str() {
            return Err(no_function(&function));
        }
        if function.name.len() > MOST_NAME {
            let rule = format!("Member must have length less than or equal to {MOST_NAME}");
            return Err(constraint(&function.name, "functionName", rule));
        }
        let given = qualifier.filter(|given| !given.is_empty());
        match (parts.qualifier, given) {
            (Some(derived), Some(given)) if derived != given => Err(qualifiers_differ()),
            (derived, given) => Ok(Self { function, qualifier: derived.or(given).map(str::to_owned) }),
        }
    }

    /// Reads the ARN by which a service of this account names a function, as it is or within the URI of an integration
    /// (`arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`); none where it is another thing.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let arn = match arn.split_once(":lambda:path/") {
            Some((_, path)) => path.split_once("/functions/")?.1.strip_suffix("/invocations")?,
            None => arn,
        };
        let parts = Parts::of(arn.strip_prefix("arn:").and(Some(arn))?);
        let function = FunctionName {
            account: parts.account?.to_owned(),
            region: parts.region?.to_owned(),
            name: parts.name.to_owned(),
        };
        Some(Self { function, qualifier: parts.qualifier.map(str::to_owned) })
    }

    /// The ARN as it was meant.
    pub fn arn(&self) -> String {
        self.function.arn(self.qualifier.as_deref())
    }
}

/// The pieces of a name; the constraint check proved its form.
struct Parts<'a> {
    region: Option<&'a str>,
    account: Option<&'a str>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let whole = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":lambda:")).map(|(_, rest)| rest);
        let mut rest = whole.unwrap_or(text);
        let mut take = |fits: &dyn Fn(&str) -> bool| {
            let (first, after) = rest.split_once(':')?;
            fits(first).then(|| {
                rest = after;
                first
            })
        };
        // A name may look like a region or an account: those come before `function:` or a second piece.
        let like_region =
            |piece: &str| piece.matches('-').count() >= 2 && piece.ends_with(|c: char| c.is_ascii_digit());
        let has_more = text.matches(':').count() >= 2;
        let region = take(&|piece| whole.is_some() || (has_more && like_region(piece)));
        let account = take(&|piece| piece.len() == 12 && piece.bytes().all(|byte| byte.is_ascii_digit()));
        take(&|piece| piece == "function");
        let (name, qualifier) = rest.split_once(':').map_or((rest, None), |(name, qualifier)| (name, Some(qualifier)));
        Self { region, account, name, qualifier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, qualifier: Option<&str>) -> Result<String> {
        Reference::read(&AccountId::default(), &Region::default(), text, qualifier).map(|found| found.arn())
    }

    #[test]
    fn a_function_is_named_in_every_form() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:check";
        for text in ["check", "function:check", "123456789012:function:check", arn] {
            assert_eq!(read(text, None).unwrap(), arn, "{text}");
            assert_eq!(read(&format!("{text}:live"), None).unwrap(), format!("{arn}:live"), "{text}");
            assert_eq!(read(text, Some("7")).unwrap(), format!("{arn}:7"), "{text}");
            assert_eq!(read(&format!("{text}:7"), Some("7")).unwrap(), format!("{arn}:7"), "{text}");
            let twice = read(&format!("{text}:live"), Some("7")).unwrap_err();
            assert_eq!(twice.code, "InvalidParameterValueException");
        }
        assert_eq!(read("check:$LATEST", None).unwrap(), format!("{arn}:$LATEST"));
    }

    #[test]
    fn what_lives_elsewhere_is_not_found() {
        let elsewhere = read("arn:aws:lambda:eu-west-1:123456789012:function:check", None).unwrap_err();
        assert_eq!(elsewhere.message, "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
        let foreign = read("999999999999:function:check", None).unwrap_err();
        assert_eq!(foreign.message, "Function not found: arn:aws:lambda:us-east-1:999999999999:function:check");
        assert_eq!(read(&"a".repeat(65), None).unwrap_err().code, "ValidationException");
    }

    #[test]
    fn a_service_names_a_function_by_its_arn_or_its_integrations_uri() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:check:live";
        let uri = format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        for text in [arn, &uri] {
            assert_eq!(Reference::of_arn(text).unwrap().arn(), arn);
        }
        for text in ["", "check", "arn:aws:s3:::bucket", "arn:aws:lambda:eu-west-1", "arn:aws:lambda:x:y:function:z"] {
            assert_eq!(Reference::of_arn(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,80}") {
            let _ = Reference::of_arn(&text);
            let _ = read(&text, None);
        }
    }
}
