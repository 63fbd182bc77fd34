//! Values of parameter mappings: text with `$a.b` and `${a.b}` in it.

use http::HeaderName;
use mapping_template::jsonpath::JsonPath;

/// Whether a mapping is of requests or of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Response,
}

/// A value, split at its variables.
#[derive(Clone, Debug)]
pub struct ValueTemplate(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Variable(Source),
}

/// Where a variable's value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// `$request.header.x`, in response mappings `$response.header.x`: all its values with commas between.
    Header(HeaderName),
    /// `$request.querystring.x`: all its values with commas between.
    Query(String),
    /// `$request.path`: without the stage.
    Path,
    /// `$request.path.x`
    PathParameter(String),
    /// `$request.body`, `$response.body`
    Body,
    /// A part of a JSON body.
    BodyPath(Box<JsonPath>),
    /// `$context.a.b`
    Context(Vec<String>),
    /// `$stageVariables.x`
    StageVariable(String),
}

impl ValueTemplate {
    /// `None` where a variable is none, or braces are not closed.
    pub(crate) fn parse(text: &str, side: Side) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let (name, tail) = match after.strip_prefix('{') {
                Some(inner) => inner.split_once('}')?,
                None => bare_name(after),
            };
            pieces.push(Piece::Variable(Source::parse(name, side)?));
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Some(Self(pieces))
    }

    /// The whole value, where it is text alone.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The value. `None` where it is a variable alone, and that is not set.
    pub(crate) fn render(&self, value: impl Fn(&Source) -> Option<String>) -> Option<String> {
        if let [Piece::Variable(source)] = self.0.as_slice() {
            return value(source);
        }
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(source) => out.push_str(&value(source).unwrap_or_default()),
            }
        }
        Some(out)
    }
}

/// A variable without braces ends where its name cannot go on.
fn bare_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_whitespace() || "$,;\"'{}".contains(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

impl Source {
    fn parse(name: &str, side: Side) -> Option<Self> {
        let named = |prefix: &str| name.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        if let Some(variable) = named("stageVariables.") {
            return Some(Self::StageVariable(variable.to_owned()));
        }
        if let Some(path) = named("context.") {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            return path.iter().all(|part| !part.is_empty()).then_some(Self::Context(path));
        }
        match side {
            Side::Request => Self::of_request(name.strip_prefix("request.")?),
            Side::Response => Self::of_exchange(name.strip_prefix("response.")?),
        }
    }

    fn of_request(name: &str) -> Option<Self> {
        match name.split_once('.') {
            Some(("querystring", name)) if !name.is_empty() => Some(Self::Query(name.to_owned())),
            Some(("path", name)) if !name.is_empty() => Some(Self::PathParameter(name.to_owned())),
            None if name == "path" => Some(Self::Path),
            _ => Self::of_exchange(name),
        }
    }

    fn of_exchange(name: &str) -> Option<Self> {
        match name.split_once('.') {
            Some(("header", name)) => HeaderName::from_bytes(name.as_bytes()).ok().map(Self::Header),
            Some(("body", path)) => body_path(path),
            None if name == "body" => Some(Self::Body),
            _ => None,
        }
    }
}

/// Neither recursive descent nor filters.
fn body_path(path: &str) -> Option<Source> {
    if path.is_empty() || path.starts_with('.') || path.contains("..") || path.contains("?(") {
        return None;
    }
    JsonPath::compile(&format!("$.{path}")).ok().map(|path| Source::BodyPath(Box::new(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> Option<String> {
        let template = ValueTemplate::parse(text, Side::Request).unwrap();
        template.render(|source| match source {
            Source::Path => Some("/pets/1".to_owned()),
            Source::PathParameter(name) => (name == "id").then(|| "1".to_owned()),
            Source::Header(name) => (name == "a").then(|| "x,y".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn text_and_variables_are_put_together() {
        for (text, expected) in [
            ("plain", Some("plain")),
            ("", Some("")),
            ("$request.path", Some("/pets/1")),
            ("/v2${request.path}/x", Some("/v2/pets/1/x")),
            ("${request.path.id} ${request.header.A}", Some("1 x,y")),
            ("$request.path.id,$request.path.id", Some("1,1")),
            ("$request.header.none", None),
            ("<$request.header.none >", Some("< >")),
        ] {
            assert_eq!(rendered(text).as_deref(), expected, "{text}");
        }
    }
}
