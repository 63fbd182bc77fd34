//! The file: its header, its rows. Rows are lines; a comma within a value is written `\,`, or the value stands in
//! quotation marks, within which a quotation mark is doubled.

use crate::entity::UserPool;

/// Column of hashes, in jobs with `PasswordHashingAlgorithm`; no member of GetCSVHeader. (own)
pub const PASSWORD_HASH: &str = "cognito:password_hash";
/// Column of usernames.
pub const USERNAME: &str = "cognito:username";
/// Column that says who has SMS as a second factor.
pub const MFA_ENABLED: &str = "cognito:mfa_enabled";
/// Longest row in bytes (guide: 16,000 characters).
pub const MAX_ROW_BYTES: usize = 64_000;
const MAX_ROW_CHARS: usize = 16_000;

/// The guide's order.
const STANDARD: [&str; 19] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
];

/// `CSVHeader` of a pool.
pub fn header(pool: &UserPool) -> Vec<String> {
    let custom = pool.schema.iter().filter(|attribute| attribute.is_custom()).map(|attribute| attribute.name.clone());
    let standard = STANDARD.into_iter().map(str::to_owned);
    standard.chain(custom).chain([MFA_ENABLED.to_owned(), USERNAME.to_owned()]).collect()
}

/// Why a row is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// Over the bound.
    TooLong,
    /// A quotation mark that is not closed, or text after one.
    Quotes,
}

/// The values of a row, without its line end.
///
/// # Errors
/// [`RowError`].
pub fn fields(row: &str) -> Result<Vec<String>, RowError> {
    if row.chars().count() > MAX_ROW_CHARS {
        return Err(RowError::TooLong);
    }
    let mut all = Vec::new();
    let mut rest = row;
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => plain_value(rest),
        };
        all.push(value);
        match after {
            Some(after) => rest = after,
            None => return Ok(all),
        }
    }
}

/// A value and what follows its comma.
type Value<'a> = (String, Option<&'a str>);

fn plain_value(text: &str) -> Value<'_> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find(',') else {
            value.push_str(rest);
            return (value, None);
        };
        let (before, after) = rest.split_at(at);
        let after = after.strip_prefix(',').unwrap_or_default();
        match before.strip_suffix('\\') {
            Some(before) => {
                value.push_str(before);
                value.push(',');
                rest = after;
            }
            None => {
                value.push_str(before);
                return (value, Some(after));
            }
        }
    }
}

fn quoted_value(text: &str) -> Result<Value<'_>, RowError> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"').ok_or(RowError::Quotes)?;
        value.push_str(before);
        if let Some(after) = after.strip_prefix('"') {
            value.push('"');
            rest = after;
        } else if after.is_empty() {
            return Ok((value, None));
        } else {
            let after = after.strip_prefix(',').ok_or(RowError::Quotes)?;
            return Ok((value, Some(after)));
        }
    }
}

/// The columns of a file whose header has every name of the pool's, in any order, and none beside but
/// [`PASSWORD_HASH`], where that may be; `None` for any other.
pub fn columns(pool: &UserPool, row: &str, hashes: Hashes) -> Option<Vec<String>> {
    let given = fields(row.strip_prefix('\u{feff}').unwrap_or(row)).ok()?;
    let given: Vec<String> = given.into_iter().map(|name| name.trim().to_owned()).collect();
    let mut wanted = header(pool);
    if hashes == Hashes::Allowed && given.iter().any(|name| name == PASSWORD_HASH) {
        wanted.push(PASSWORD_HASH.to_owned());
    }
    let (mut one, mut other) = (given.clone(), wanted);
    one.sort_unstable();
    other.sort_unstable();
    (one == other).then_some(given)
}

/// Whether a file may have hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// The job names their algorithm.
    Allowed,
    /// It does not.
    Refused,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commas_are_escaped_or_quoted() {
        let check = |row: &str, expected: &[&str]| assert_eq!(fields(row).unwrap(), expected, "{row}");
        check("a,b,,c", &["a", "b", "", "c"]);
        check("", &[""]);
        check("a\\,b,c", &["a,b", "c"]);
        check("\"a,b\",\"say \"\"hi\"\"\",", &["a,b", "say \"hi\"", ""]);
        check("a\\b,c\\", &["a\\b", "c\\"]);
        check("{\"formatted\": \"x\"},b", &["{\"formatted\": \"x\"}", "b"]);
        assert_eq!(fields("\"open"), Err(RowError::Quotes));
        assert_eq!(fields("\"a\"b,c"), Err(RowError::Quotes));
        assert_eq!(fields(&"x".repeat(16_001)), Err(RowError::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(values in prop::collection::vec("[^\r\n]{0,20}", 1..8)) {
            let quoted: Vec<String> = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
            prop_assert_eq!(fields(&quoted.join(",")).unwrap(), values);
        }

        #[test]
        fn no_row_breaks_the_reader(row in "\\PC{0,300}") {
            let _ = fields(&row);
        }
    }
}
