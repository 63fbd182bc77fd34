//! Rules that several operations share.

use std::collections::BTreeMap;

use aws_types::Arn;
use control_plane::api_rules;

use crate::entity::TextMap;
use crate::error::{Result, bad_request, invalid_length};

/// Most entries of a map.
const MAX_ENTRIES: usize = 300;

/// A text of so many characters, where it is given.
pub fn length(setting: &str, text: Option<&str>, (least, most): (usize, usize)) -> Result<()> {
    match text {
        Some(text) if !(least..=most).contains(&text.chars().count()) => Err(invalid_length(setting, least, most)),
        _ => Ok(()),
    }
}

/// Names and texts, all short.
pub fn map(setting: &str, map: &TextMap, most: usize) -> Result<()> {
    entries(setting, map.len())?;
    map.iter().try_for_each(|(name, text)| {
        length(setting, Some(name), (1, 512))?;
        length(setting, Some(text), (0, most))
    })
}

/// How many entries a map may have.
pub fn entries(setting: &str, count: usize) -> Result<()> {
    if count > MAX_ENTRIES {
        return Err(bad_request(format_args!(
            "Too many entries specified for {setting}, can be at most {MAX_ENTRIES}"
        )));
    }
    Ok(())
}

/// Takes a text where it is given; an empty one takes away what was there.
pub fn set(place: &mut Option<String>, given: Option<String>) {
    if let Some(text) = given {
        *place = Some(text).filter(|text| !text.is_empty());
    }
}

/// Takes entries where they are given; an empty text takes an entry away.
pub fn merge(map: &mut TextMap, given: Option<TextMap>) {
    for (name, text) in given.into_iter().flatten() {
        if text.is_empty() {
            map.remove(&name);
        } else {
            map.insert(name, text);
        }
    }
}

/// Takes constraints where they are given.
pub fn merge_constraints(
    map: &mut BTreeMap<String, bool>,
    given: Option<BTreeMap<String, model_apigatewayv2::ParameterConstraints>>,
) {
    let flag = |constraint: model_apigatewayv2::ParameterConstraints| constraint.required.unwrap_or(false);
    map.extend(given.into_iter().flatten().map(|(name, constraint)| (name, flag(constraint))));
}

/// A role's ARN.
pub fn role(setting: &str, arn: Option<&str>) -> Result<()> {
    let Some(text) = arn else { return Ok(()) };
    let good = Arn::parse(text).is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    // The caller's own identity, which proxies alone know.
    let caller = text == "arn:aws:iam::*:user/*";
    if (good || caller) && text.len() <= 2048 {
        return Ok(());
    }
    Err(bad_request(format_args!("Invalid {setting} specified. It must be a role's ARN")))
}

/// Tags that are given.
pub fn tags(tags: &TextMap) -> Result<()> {
    api_rules::tags(tags).map_err(bad_request)
}

/// Stage variables.
pub fn stage_variables(variables: &TextMap) -> Result<()> {
    api_rules::stage_variables(variables).map_err(bad_request)
}
