//! Rules that several operations share.

use std::collections::BTreeSet;

use aws_types::Arn;
use control_plane::api_rules;
use execute_api::catalogue::HttpMethod;
use execute_api::integration_plan::ContentHandling;
use execute_api::parameter_mapping::{ParameterSource, parse_response_target};
use execute_api::pattern::Pattern;
use execute_api::plan::{HeaderName, header_name};

use crate::entity::{FlagMap, MethodResponse, TextMap};
use crate::error::{Result, bad_request, invalid_content_type, invalid_http_method, invalid_mapping};

/// Longest mapping template, in bytes.
const MAX_TEMPLATE_BYTES: usize = 300 * 1024;
/// Most entries of any map.
const MAX_ENTRIES: usize = 300;

/// A verb that a method may bear.
pub fn http_method(text: &str) -> Result<HttpMethod> {
    HttpMethod::parse(text).ok_or_else(invalid_http_method)
}

/// `200`
pub fn status_code(text: &str) -> Result<()> {
    let good = text.len() == 3
        && text.bytes().all(|b| b.is_ascii_digit())
        && matches!(text.as_bytes().first(), Some(b'1'..=b'5'));
    if good { Ok(()) } else { Err(bad_request("Invalid Response status code specified")) }
}

/// Keys of template and model maps are media types; templates are bounded.
pub fn templates(templates: &TextMap) -> Result<()> {
    entries(templates.len())?;
    for (content_type, template) in templates {
        content_type_of(content_type)?;
        if template.len() > MAX_TEMPLATE_BYTES {
            return Err(bad_request("Mapping template is too large, can be at most 300 KB"));
        }
    }
    Ok(())
}

/// A media type.
pub fn content_type_of(text: &str) -> Result<()> {
    let good = text.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
    let plain = text == "$default" || (good && text.is_ascii() && !text.contains(' '));
    if plain && text.len() <= 256 { Ok(()) } else { Err(invalid_content_type(text)) }
}

fn entries(count: usize) -> Result<()> {
    if count > MAX_ENTRIES { Err(bad_request("Too many entries specified")) } else { Ok(()) }
}

/// `method.request.header.x`, `.querystring.x` and `.path.x`; a name stands once over all three.
pub fn request_parameters(parameters: &FlagMap) -> Result<()> {
    entries(parameters.len())?;
    parameters.keys().try_for_each(|key| short("A parameter name", Some(key)))?;
    let mut names = BTreeSet::new();
    for key in parameters.keys() {
        let parts = key.strip_prefix("method.request.").and_then(|rest| rest.split_once('.'));
        let (location, name) = parts.ok_or_else(|| invalid_mapping(key))?;
        if !["header", "querystring", "path"].contains(&location) || ParameterSource::parse_request(key).is_none() {
            return Err(invalid_mapping(key));
        }
        if !names.insert(name.to_owned()) {
            return Err(bad_request("Parameter names must be unique across querystring, header and path"));
        }
    }
    Ok(())
}

/// `method.response.header.x`
pub fn response_parameters(parameters: &FlagMap) -> Result<()> {
    entries(parameters.len())?;
    parameters.keys().try_for_each(|key| short("A parameter name", Some(key)))?;
    match parameters.keys().find(|key| parse_response_target(key).is_none()) {
        Some(key) => Err(invalid_mapping(key)),
        None => Ok(()),
    }
}

/// Targets are headers that the method response defines; sources are readable.
pub fn response_mapping(parameters: &TextMap, response: &MethodResponse) -> Result<()> {
    mapping(parameters)?;
    for (target, source) in parameters {
        let defined = response.parameters.keys().any(|key| key.eq_ignore_ascii_case(target));
        if parse_response_target(target).is_none() || !defined {
            return Err(invalid_mapping(target));
        }
        if ParameterSource::parse_response(source).is_none() {
            return Err(invalid_mapping(source));
        }
    }
    Ok(())
}

/// How a payload is turned.
pub fn content_handling(text: Option<String>) -> Result<Option<String>> {
    match text {
        Some(text) if ContentHandling::parse(&text).is_none() => {
            Err(bad_request("Invalid contentHandling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT"))
        }
        text => Ok(text),
    }
}

/// A regular expression that can be run in linear time.
pub fn pattern(setting: &str, source: Option<&str>) -> Result<()> {
    let compiled = source.filter(|source| !source.is_empty()).map(Pattern::compile).transpose();
    compiled.map(drop).map_err(|error| bad_request(format_args!("Invalid {setting}: {error}")))
}

/// The pool's id out of `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab3`.
pub fn user_pool_id(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn).filter(|arn| arn.service == "cognito-idp")?;
    let id = arn.resource.strip_prefix("userpool/")?;
    let good = id.len() <= 55 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (good && id.contains('_')).then(|| id.to_owned())
}

/// The name `x` of a token source `method.request.header.x`.
pub fn token_header(identity_source: &str) -> Option<HeaderName> {
    header_name(identity_source.strip_prefix("method.request.header.")?)
}

/// Stage variables.
pub fn stage_variables(variables: &TextMap) -> Result<()> {
    api_rules::stage_variables(variables).map_err(bad_request)
}

/// `a-zA-Z0-9_-`, at most 128.
pub fn stage_name(name: &str) -> Result<()> {
    let good =
        (1..=128).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if good { Ok(()) } else { Err(bad_request("Stage name only allows a-zA-Z0-9_")) }
}

/// Text that AWS does not bound in its guide, of at most 1,024 characters. (The sentence is ours.)
pub fn short(setting: &str, text: Option<&str>) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > 1024) {
        return Err(bad_request(format_args!("{setting} can be at most 1024 characters")));
    }
    Ok(())
}

/// A list of such texts.
pub fn short_list(setting: &str, list: &[String]) -> Result<()> {
    entries(list.len())?;
    list.iter().try_for_each(|text| short(setting, Some(text)))
}

/// Names and texts of a mapping.
pub fn mapping(map: &TextMap) -> Result<()> {
    entries(map.len())?;
    map.iter().try_for_each(|(name, text)| {
        short("A mapping expression", Some(name))?;
        short("A mapping expression", Some(text))
    })
}

/// Free text of at most 1,024 characters.
pub fn description(text: Option<&str>) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > 1024) {
        return Err(bad_request("Description can be at most 1024 characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_read_from_their_arns() {
        let arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab3";
        assert_eq!(user_pool_id(arn).as_deref(), Some("eu-west-1_Ab3"));
        for bad in ["", "eu-west-1_Ab3", "arn:aws:s3:::userpool/eu-west-1_Ab3", "arn:aws:cognito-idp:r:1:pool/x_y"] {
            assert_eq!(user_pool_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn content_types_have_two_halves() {
        for good in ["application/json", "text/html", "$default"] {
            assert!(content_type_of(good).is_ok(), "{good}");
        }
        let error = content_type_of("123").unwrap_err();
        assert_eq!(error.message, "Validation Result: warnings : [], errors : [Invalid content type specified: 123]");
    }
}
