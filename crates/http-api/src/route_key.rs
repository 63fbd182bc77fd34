//! Route keys ("Working with routes for HTTP APIs"): `GET /pets/{petId}`, `ANY /{proxy+}`, `$default`.

use std::fmt;

use execute_api::catalogue::HttpMethod;
use execute_api::router::variable_name;

/// Longest route key, in characters.
const MAX_CHARS: usize = 1024;
/// Most parts of a path.
const MAX_PARTS: usize = 256;

/// A route's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteKey {
    /// Whatever no other route takes.
    Default,
    /// A verb, or `ANY`, on a path.
    Path {
        /// The verb.
        method: HttpMethod,
        /// As it is written.
        path: String,
    },
}

/// Why a text is no route key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteKeyError {
    /// Neither `$default` nor a verb, a blank and a path.
    #[error("the route key is neither $default nor a method and a path")]
    Shape,
    /// The verb is none.
    #[error("the route key's method is none")]
    Method,
    /// The path does not begin with `/`, or a variable in it is malformed, stands twice, or is greedy and not last.
    #[error("the route key's path is malformed")]
    Path,
}

impl RouteKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`RouteKeyError`].
    pub fn parse(text: &str) -> Result<Self, RouteKeyError> {
        if text == "$default" {
            return Ok(Self::Default);
        }
        if text.chars().count() > MAX_CHARS {
            return Err(RouteKeyError::Shape);
        }
        let (method, path) = text.split_once(' ').ok_or(RouteKeyError::Shape)?;
        let method = HttpMethod::parse(method).ok_or(RouteKeyError::Method)?;
        check_path(path)?;
        Ok(Self::Path { method, path: path.to_owned() })
    }

    /// The path as source ARNs and logs show it; empty for `$default`.
    pub fn path(&self) -> &str {
        match self {
            Self::Default => "",
            Self::Path { path, .. } => path,
        }
    }

    /// Names of the path's variables, left to right.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.path().split('/').filter_map(|part| variable_name(part).map(|variable| variable.name))
    }
}

impl fmt::Display for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("$default"),
            Self::Path { method, path } => write!(f, "{method} {path}"),
        }
    }
}

fn check_path(path: &str) -> Result<(), RouteKeyError> {
    let parts: Vec<&str> = path.strip_prefix('/').ok_or(RouteKeyError::Path)?.split('/').collect();
    if parts.len() > MAX_PARTS {
        return Err(RouteKeyError::Path);
    }
    let mut names = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        match variable_name(part) {
            Some(variable) => {
                let word = variable.name.chars().all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c));
                if !word || names.contains(&variable.name) || (variable.greedy && !last) {
                    return Err(RouteKeyError::Path);
                }
                names.push(variable.name);
            }
            // An empty part stands at the end alone: `/`, `/pets/`.
            None if part.is_empty() && !last => return Err(RouteKeyError::Path),
            None if part.chars().any(|c| c.is_whitespace() || c.is_control() || "{}?#".contains(c)) => {
                return Err(RouteKeyError::Path);
            }
            None => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for text in
            ["$default", "GET /", "ANY /{proxy+}", "POST /pets/{id}/toys/{toy}", "DELETE /pets/", "GET /a.b-c_d~e"]
        {
            assert_eq!(RouteKey::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_by_its_part() {
        for (text, error) in [
            ("", RouteKeyError::Shape),
            ("GET", RouteKeyError::Shape),
            ("/pets", RouteKeyError::Shape),
            ("$Default", RouteKeyError::Shape),
            ("$connect", RouteKeyError::Shape),
            ("get /pets", RouteKeyError::Method),
            ("FETCH /pets", RouteKeyError::Method),
            ("GET pets", RouteKeyError::Path),
            ("GET  /pets", RouteKeyError::Path),
            ("GET //pets", RouteKeyError::Path),
            ("GET /{proxy+}/x", RouteKeyError::Path),
            ("GET /{a}/{a}", RouteKeyError::Path),
            ("GET /{}", RouteKeyError::Path),
            ("GET /{a", RouteKeyError::Path),
            ("GET /x{a}", RouteKeyError::Path),
            ("GET /a b", RouteKeyError::Path),
            ("GET /a?b", RouteKeyError::Path),
        ] {
            assert_eq!(RouteKey::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,80}") {
            if let Ok(key) = RouteKey::parse(&text) {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
