//! Rules for users' attributes (guide: "Working with user attributes"): who may write what, and what a value must
//! look like. Pure: values in, findings out.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_cognito_idp::types::{AttributeDataType, AttributeType};

use crate::entity::user::{VERIFIABLE, verified_flag};
use crate::entity::{AppClient, SchemaAttribute, User, UserPool};
use crate::error;

/// Attribute values by full name.
pub type Attributes = BTreeMap<String, String>;

const MAX_EMAIL_BYTES: usize = 320;

/// On whose word attributes are written.
#[derive(Clone, Copy, Debug)]
pub enum Writer<'a> {
    /// A person, through an app client: its WriteAttributes hold, verified flags and developer attributes are not theirs.
    Client(&'a AppClient),
    /// An administrator.
    Admin,
}

/// The list of a request as a map; a later value of the same name replaces the earlier.
pub fn to_map(list: Option<Vec<AttributeType>>) -> Attributes {
    list.unwrap_or_default().into_iter().map(|item| (item.name, item.value.unwrap_or_default())).collect()
}

/// Attributes of a new user, blanks left out. Required ones must be there where a person registers; an administrator
/// may leave them to NEW_PASSWORD_REQUIRED.
///
/// # Errors
/// NotAuthorizedException for what the writer may not write, else InvalidParameterException.
pub fn check_new(pool: &UserPool, given: Attributes, writer: Writer<'_>) -> Result<Attributes, AwsError> {
    let attributes: Attributes = given.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    attributes.keys().try_for_each(|name| check_writer(pool, name, writer))?;
    check_values(pool, &attributes, writer)?;
    if let Writer::Client(_) = writer {
        if pool.has_alias("preferred_username") && attributes.contains_key("preferred_username") {
            return Err(error::preferred_username_before_confirmation());
        }
        check_required(pool, &attributes)?;
    }
    check_flags(&attributes, &attributes)?;
    Ok(attributes)
}

/// Every required attribute of the pool is there.
///
/// # Errors
/// InvalidParameterException naming those that are not.
pub fn check_required(pool: &UserPool, attributes: &Attributes) -> Result<(), AwsError> {
    let findings: Vec<String> = missing_required(pool, attributes)
        .map(|name| match name {
            "name" => "name.formatted: The attribute name.formatted is required".to_owned(),
            name => format!("{name}: The attribute is required"),
        })
        .collect();
    if findings.is_empty() { Ok(()) } else { Err(error::schema_violation(&findings)) }
}

/// Names of required attributes that have no value, in the schema's order.
pub fn missing_required<'a>(pool: &'a UserPool, attributes: &'a Attributes) -> impl Iterator<Item = &'a str> + 'a {
    required(pool).filter(|name| attributes.get(*name).is_none_or(String::is_empty))
}

/// Names of required attributes without `sub`, in the schema's order.
pub fn required(pool: &UserPool) -> impl Iterator<Item = &str> + '_ {
    pool.schema.iter().filter(|attribute| attribute.required && attribute.name != "sub").map(|a| a.name.as_str())
}

/// Changes to a user. A blank value stands for a deletion.
///
/// # Errors
/// As [`check_new`]; also for attributes that are not mutable, and deletions of required ones.
pub fn check_update(pool: &UserPool, current: &User, changes: &Attributes, writer: Writer<'_>) -> Result<(), AwsError> {
    for (name, value) in changes {
        if name == "sub" {
            return Err(error::cannot_modify(name));
        }
        check_writer(pool, name, writer)?;
        let attribute = pool.attribute(name);
        if attribute.is_some_and(|attribute| !attribute.mutable) {
            return Err(error::attribute_not_mutable(name));
        }
        if value.is_empty() && attribute.is_some_and(|attribute| attribute.required) {
            return Err(error::required_attribute_deleted(name));
        }
    }
    let set: Attributes = changes.iter().filter(|(_, value)| !value.is_empty()).map(clone_pair).collect();
    check_values(pool, &set, writer)?;
    let mut after = current.attributes.clone();
    after.extend(changes.iter().map(clone_pair));
    check_flags(changes, &after)
}

fn clone_pair((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// Names to delete.
///
/// # Errors
/// As [`check_update`].
pub fn check_delete(pool: &UserPool, names: &[String], writer: Writer<'_>) -> Result<(), AwsError> {
    for name in names {
        if name == "sub" {
            return Err(error::cannot_modify(name));
        }
        check_writer(pool, name, writer)?;
        match pool.attribute(name) {
            None => return Err(unknown(name, writer)),
            Some(attribute) if attribute.required => return Err(error::required_attribute_deleted(name)),
            Some(attribute) if !attribute.mutable => return Err(error::attribute_not_mutable(name)),
            Some(_) => {}
        }
    }
    Ok(())
}

fn check_writer(pool: &UserPool, name: &str, writer: Writer<'_>) -> Result<(), AwsError> {
    let Writer::Client(client) = writer else { return Ok(()) };
    let flag = VERIFIABLE.iter().any(|attribute| verified_flag(attribute) == name);
    let developers = pool.attribute(name).is_some_and(|attribute| attribute.developer_only);
    if flag || developers || name == "sub" || !client.settings.can_write(name) {
        return Err(error::unauthorized_attribute());
    }
    Ok(())
}

fn check_values(pool: &UserPool, attributes: &Attributes, writer: Writer<'_>) -> Result<(), AwsError> {
    let mut findings = Vec::new();
    for (name, value) in attributes {
        match pool.attribute(name) {
            None => return Err(unknown(name, writer)),
            Some(_) if name == "sub" => return Err(error::cannot_modify(name)),
            Some(_) if name == "email" && !is_email(value) => return Err(error::invalid_email()),
            Some(_) if name == "phone_number" && !is_phone_number(value) => return Err(error::invalid_phone_number()),
            Some(attribute) => findings.extend(finding(attribute, value)),
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(error::schema_violation(&findings)) }
}

/// The sentence differs by operation: SignUp has one, all others the other.
fn unknown(name: &str, writer: Writer<'_>) -> AwsError {
    match writer {
        Writer::Client(_) => error::schema_violation(&[format!("{name}: Attribute does not exist in the schema.\n")]),
        Writer::Admin => error::schema_violation(&[format!("Type for attribute {{{name}}} could not be determined")]),
    }
}

fn finding(attribute: &SchemaAttribute, value: &str) -> Option<String> {
    let name = &attribute.name;
    match attribute.data_type {
        AttributeDataType::String => {
            let (min, max) = attribute.length_range();
            let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
            let fits = (min..=max).contains(&length);
            (!fits).then(|| format!("{name}: String must be between {min} and {max} characters"))
        }
        AttributeDataType::Number => {
            let (min, max) = attribute.number_range();
            let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
            let fits = number.is_some_and(|n| min.is_none_or(|min| n >= min) && max.is_none_or(|max| n <= max));
            (!fits).then(|| format!("{name}: Number is out of range or malformed"))
        }
        AttributeDataType::Boolean => {
            (!["true", "false"].contains(&value)).then(|| format!("{name}: Boolean must be true or false"))
        }
        AttributeDataType::DateTime => (value.len() > 64).then(|| format!("{name}: DateTime is malformed")),
    }
}

/// A verified flag that is set to true needs its attribute.
fn check_flags(changes: &Attributes, after: &Attributes) -> Result<(), AwsError> {
    let orphan = |attribute: &str| {
        changes.get(&verified_flag(attribute)).is_some_and(|flag| flag == "true")
            && after.get(attribute).is_none_or(String::is_empty)
    };
    if orphan("email") {
        return Err(error::email_missing_for_verification());
    }
    if orphan("phone_number") {
        return Err(error::phone_missing_for_verification());
    }
    Ok(())
}

/// An address with one `@` and nothing that could break out of a mail header.
pub fn is_email(text: &str) -> bool {
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"".contains(c);
    text.len() <= MAX_EMAIL_BYTES
        && text.chars().all(clean)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with(['.', '-'])
                && !domain.ends_with(['.', '-'])
                && !domain.contains("..")
        })
}

/// `+` and digits (E.164 has at most 15; a few more do no harm).
pub fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (2..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_judged_by_their_form() {
        for good in ["a@b", "test.user+x@example.com", "ü@例え.jp"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: d@e", "<a@b>", "a@.b", "a@b..c", "\"a\"@b"] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in ["+15551234567", "+4915112345678"] {
            assert!(is_phone_number(good), "{good}");
        }
        for bad in ["", "+", "15551234567", "+1 555", "+1555a", "+٣٤٥"] {
            assert!(!is_phone_number(bad), "{bad}");
        }
    }
}
