//! What WebSocket APIs alone have: their route keys, parameters and the expressions of their integrations.

use crate::error::{Result, bad_request};

/// `$connect`, `$disconnect`, `$default`, or a word that a message's member may hold.
pub fn check_route_key(key: &str) -> Result<()> {
    let reserved = ["$connect", "$disconnect", "$default"].contains(&key);
    let plain = !key.starts_with('$') && key.chars().all(|c| !c.is_control());
    if reserved || (plain && (1..=1024).contains(&key.chars().count())) {
        return Ok(());
    }
    Err(bad_request(format_args!(
        "The provided route key is not valid for WEBSOCKET protocol. It must be $connect, $disconnect, $default or a text \
         that does not begin with $: {key:.128}"
    )))
}

/// `route.request.header.x`, `route.request.querystring.x`.
pub fn is_parameter(name: &str) -> bool {
    let rest = name.strip_prefix("route.request.").and_then(|rest| rest.split_once('.'));
    rest.is_some_and(|(place, name)| ["header", "querystring"].contains(&place) && is_name(name))
}

/// `integration.request.header.x`, `.querystring.x`, `.path.x`.
pub fn is_request_target(name: &str) -> bool {
    let rest = name.strip_prefix("integration.request.").and_then(|rest| rest.split_once('.'));
    rest.is_some_and(|(place, name)| ["header", "querystring", "path"].contains(&place) && is_name(name))
}

/// A text in quotes, a parameter of the route, a member of the message, a variable.
pub fn is_request_source(text: &str) -> bool {
    let quoted = text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    let body = text == "route.request.body" || text.strip_prefix("route.request.body.").is_some_and(|p| !p.is_empty());
    quoted || is_parameter(text) || body || is_variable(text)
}

/// `route.response.header.x`.
pub fn is_response_target(name: &str) -> bool {
    name.strip_prefix("route.response.header.").is_some_and(is_name)
}

/// A text in quotes, a part of the backend's answer, a variable.
pub fn is_response_source(text: &str) -> bool {
    let quoted = text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    let of = |prefix: &str| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
    quoted || of("integration.response.header.") || of("integration.response.body") || is_variable(text)
}

fn is_variable(text: &str) -> bool {
    let of = |prefix: &str| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && !rest.contains(' '));
    of("context.") || of("stageVariables.")
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~[]".contains(&b))
}

/// `$default`, or a text or an expression between slashes, as keys of responses are.
pub fn check_response_key(setting: &str, key: &str) -> Result<()> {
    let bounded = (1..=1024).contains(&key.chars().count());
    let expression = key.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).unwrap_or_default();
    if bounded && (key == "$default" || (key.len() > 2 && !expression.is_empty())) {
        return Ok(());
    }
    Err(bad_request(format_args!("Invalid {setting} specified. It must be $default or /<expression>/: {key:.128}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_parameters_of_sockets_are_told_from_others() {
        for good in ["$connect", "$disconnect", "$default", "send", "a b", "1"] {
            assert!(check_route_key(good).is_ok(), "{good}");
        }
        for bad in ["", "$other", "$", "a\nb"] {
            assert!(check_route_key(bad).is_err(), "{bad}");
        }
        assert!(is_parameter("route.request.querystring.x") && is_parameter("route.request.header.X-Y"));
        assert!(!is_parameter("route.request.path.x") && !is_parameter("route.request.header."));
        assert!(check_response_key("k", "/200/").is_ok() && check_response_key("k", "$default").is_ok());
        assert!(check_response_key("k", "200").is_err() && check_response_key("k", "//").is_err());
    }
}
