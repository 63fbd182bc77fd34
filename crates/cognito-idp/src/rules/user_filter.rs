//! The filter language of ListUsers: `attribute = "value"` or `attribute ^= "prefix"`.

use crate::entity::User;
use crate::error::{self, Result};
use crate::table::user::{SEARCH, search_value};

/// Longest filter, the model's bound.
const MAX_FILTER_CHARS: usize = 256;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equals,
    /// `^=`
    StartsWith,
}

/// A filter that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFilter {
    /// One of [`SEARCH`], or `username`.
    pub attribute: String,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub value: String,
}

impl UserFilter {
    /// Reads a filter; blank text is none.
    ///
    /// # Errors
    /// InvalidParameterException for other syntax and for attributes that are not searched.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > MAX_FILTER_CHARS {
            return Err(error::filter_unreadable());
        }
        let (attribute, comparison, rest) = split(text).ok_or_else(error::filter_unreadable)?;
        let value = unquote(rest).ok_or_else(error::filter_unreadable)?;
        check_attribute(attribute)?;
        Ok(Some(Self { attribute: attribute.to_owned(), comparison, value }))
    }

    /// Whether the user has such a value. `username`, `sub` and `status` compare with case, all others without.
    pub fn matches(&self, user: &User) -> bool {
        let Some(value) = search_value(user, &self.attribute) else { return false };
        let exact = ["username", "sub", "status"].contains(&self.attribute.as_str());
        let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
        let (value, wanted) = (fold(value), fold(&self.value));
        match self.comparison {
            Comparison::Equals => value == wanted,
            Comparison::StartsWith => value.starts_with(&wanted),
        }
    }
}

fn check_attribute(attribute: &str) -> Result<()> {
    let searched = attribute == "username" || SEARCH.iter().any(|(name, _)| *name == attribute);
    if searched {
        Ok(())
    } else if attribute.starts_with("custom:") || attribute.starts_with("dev:") {
        Err(error::filter_constraints())
    } else {
        Err(error::invalid_search_attribute(attribute))
    }
}

fn split(text: &str) -> Option<(&str, Comparison, &str)> {
    let (left, value) = text.split_once('=')?;
    let (left, comparison) = match left.strip_suffix('^') {
        Some(left) => (left, Comparison::StartsWith),
        None => (left, Comparison::Equals),
    };
    let attribute = left.trim();
    let attribute = attribute.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(attribute);
    let name = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
    (!attribute.is_empty() && attribute.chars().all(name)).then_some((attribute, comparison, value.trim()))
}

/// The text between two double quotes; a backslash takes the next character as it is.
fn unquote(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => return characters.next().is_none().then_some(value),
            '\\' => value.push(characters.next()?),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<(String, Comparison, String)> {
        UserFilter::parse(text).ok().flatten().map(|f| (f.attribute, f.comparison, f.value))
    }

    #[test]
    fn filters_are_read_as_the_guide_writes_them() {
        let equals = |name: &str, value: &str| Some((name.to_owned(), Comparison::Equals, value.to_owned()));
        assert_eq!(read(r#"family_name = "Reddy""#), equals("family_name", "Reddy"));
        assert_eq!(read(r#"email="a@b""#), equals("email", "a@b"));
        assert_eq!(read(r#""cognito:user_status" = "CONFIRMED""#), equals("cognito:user_status", "CONFIRMED"));
        assert_eq!(read(r#"name = "a \"b\" \\ = ^""#), equals("name", "a \"b\" \\ = ^"));
        let prefix = Some(("name".to_owned(), Comparison::StartsWith, "jo".to_owned()));
        assert_eq!(read(r#"name ^= "jo""#), prefix);
        assert_eq!(read(r#"  name^="jo"  "#), prefix);
        assert!(UserFilter::parse("  ").unwrap().is_none());
    }

    #[test]
    fn other_text_is_refused_with_its_own_sentence() {
        let refused = |text: &str| UserFilter::parse(text).unwrap_err().message.to_string();
        for text in ["name", "= \"a\"", "name = a", "name = \"a", "name = \"a\" b", "name = \"a\\", "na me = \"a\""] {
            assert_eq!(refused(text), "Error while parsing filter", "{text}");
        }
        assert_eq!(refused(&format!("name = \"{}\"", "a".repeat(256))), "Error while parsing filter");
        assert_eq!(refused("custom:team = \"a\""), "Input fails to satisfy the constraints.");
        assert_eq!(refused("birthdate = \"a\""), "Invalid search attribute: birthdate");
    }

    #[test]
    fn attack_151_a_filter_runs_nothing_and_nests_nothing() {
        let long = format!("name = \"{}\"", "a".repeat(1 << 20));
        let deep = "(".repeat(200) + "name = \"a\"" + &")".repeat(30);
        let many = "name = \"a\" or ".repeat(15) + "name = \"a\"";
        for text in
            [&long, &deep, &many, "name = \"a\" or 1=1", "name = \"a\"; --", "name ~ \"(a+)+$\"", "not name = \"a\""]
        {
            assert!(UserFilter::parse(text).is_err(), "{text:.40}");
        }
        // Within its quotes every sign stands for itself.
        for value in ["' or '1'='1", "%", "_", "(a+)+$", "*", "${jndi:x}", "'; drop table users; --"] {
            let read = UserFilter::parse(&format!("name = \"{value}\"")).unwrap().unwrap();
            assert_eq!(read.value, value);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,300}") {
            let _ = UserFilter::parse(&text);
        }

        #[test]
        fn any_value_survives_quoting(value in "\\PC{0,100}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let filter = UserFilter::parse(&format!("name ^= \"{quoted}\""));
            prop_assume!(quoted.chars().count() < 240);
            prop_assert_eq!(filter.unwrap().unwrap().value, value);
        }
    }
}
