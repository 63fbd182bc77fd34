//! Rules that REST, HTTP and WebSocket APIs have in common. What breaks one is answered by its sentence.

use crate::TextMap;

/// Most tags of a thing.
const MAX_TAGS: usize = 50;
/// Most variables of a stage.
const MAX_VARIABLES: usize = 100;

/// Tags: keys of 1 to 128 characters that do not begin with `aws:`, values of at most 256.
///
/// # Errors
/// The sentence.
pub fn tags(tags: &TextMap) -> Result<(), String> {
    if tags.len() > MAX_TAGS {
        return Err(format!("Too many tags specified, can be at most {MAX_TAGS}"));
    }
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > 128 || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(format!("Invalid tag key: {key:.128}"));
        }
        if value.chars().count() > 256 {
            return Err(format!("Invalid tag value for key: {key}"));
        }
    }
    Ok(())
}

/// Stage variables: names of letters, digits and `_`, values of URL characters (guide, "Stage variables").
///
/// # Errors
/// The sentence.
pub fn stage_variables(variables: &TextMap) -> Result<(), String> {
    if variables.len() > MAX_VARIABLES {
        return Err(format!("Too many stage variables specified, can be at most {MAX_VARIABLES}"));
    }
    for (name, value) in variables {
        let good_name = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !good_name {
            return Err("Stage variable names can only contain alphanumeric characters and underscores".to_owned());
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#&=,".contains(&b);
        if value.len() > 512 || !value.bytes().all(allowed) {
            return Err(format!(
                "Stage variable values can only contain alphanumeric characters and -._~:/?#&=, (variable {name})"
            ));
        }
    }
    Ok(())
}
