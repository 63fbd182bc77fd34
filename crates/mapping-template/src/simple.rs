//! Gateway-response templates ("Gateway responses in API Gateway"): variables are substituted, there is no Velocity.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::limits::{CompileError, Limits, MAX_SOURCE_BYTES, RenderError};
use crate::scope::{ContextVariables, Params};

/// What a gateway response's template can see.
pub struct GatewayResponseScope<'a> {
    /// `$context.*`. For `error.message` the plain text; its quoted form `error.messageString` is made from it when
    /// the provider has none.
    pub context: &'a dyn ContextVariables,
    /// `$stageVariables.*`
    pub stage_variables: &'a BTreeMap<String, String>,
    /// `$method.request.header.x`, `.path.x` and `.querystring.x`
    pub params: &'a Params,
    /// `$method.request.body`
    pub body: &'a str,
}

/// A compiled gateway-response template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleTemplate {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Context(Vec<String>),
    StageVariable(String),
    Header(String),
    Path(String),
    QueryString(String),
    Body,
}

impl SimpleTemplate {
    /// Compiles a template. Whatever is no known variable is text.
    ///
    /// # Errors
    /// The source is longer than [`MAX_SOURCE_BYTES`].
    pub fn compile(source: &str) -> Result<SimpleTemplate, CompileError> {
        if source.len() > MAX_SOURCE_BYTES {
            let message = format!("the template is longer than {MAX_SOURCE_BYTES} bytes");
            return Err(CompileError { message, line: 1, column: 1 });
        }
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = source;
        while let Some((before, after)) = rest.split_once('$') {
            text.push_str(before);
            match variable(after) {
                Some((piece, after)) => {
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    pieces.push(piece);
                    rest = after;
                }
                None => {
                    text.push('$');
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok(SimpleTemplate { pieces })
    }

    /// Substitutes the variables; one that is not set becomes nothing, except `$context.error.messageString`: `null`.
    ///
    /// # Errors
    /// [`RenderError::OutputTooLarge`] beyond the default [`Limits::output_bytes`].
    pub fn render(&self, scope: &GatewayResponseScope<'_>) -> Result<String, RenderError> {
        let most = Limits::default().output_bytes;
        let mut out = String::new();
        for piece in &self.pieces {
            let text = piece.text(scope);
            if out.len().saturating_add(text.len()) > most {
                return Err(RenderError::OutputTooLarge);
            }
            out.push_str(&text);
        }
        Ok(out)
    }
}

impl Piece {
    fn text<'a>(&'a self, scope: &GatewayResponseScope<'a>) -> Cow<'a, str> {
        let found = match self {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Context(path) => return Cow::Owned(context_text(scope.context, path)),
            Piece::StageVariable(name) => scope.stage_variables.get(name).map(String::as_str),
            Piece::Header(name) => scope.params.header(name),
            Piece::Path(name) => scope.params.path.get(name).map(String::as_str),
            Piece::QueryString(name) => scope.params.querystring.get(name).map(String::as_str),
            Piece::Body => Some(scope.body),
        };
        Cow::Borrowed(found.unwrap_or_default())
    }
}

fn context_text(context: &dyn ContextVariables, path: &[String]) -> String {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match (context.get(&names), names.as_slice()) {
        (Some(serde_json::Value::String(text)), _) => text,
        (Some(serde_json::Value::Null) | None, ["error", "messageString"]) => {
            let message = context.get(&["error", "message"]).filter(serde_json::Value::is_string);
            message.map_or_else(|| "null".to_owned(), |message| message.to_string())
        }
        (Some(serde_json::Value::Null) | None, _) => String::new(),
        (Some(other), _) => other.to_string(),
    }
}

/// The variable whose name follows a `$`, and what is left after it.
fn variable(after: &str) -> Option<(Piece, &str)> {
    let inner = after.strip_prefix('{');
    let text = inner.unwrap_or(after);
    let (name, rest) = text.split_at_checked(name_length(text))?;
    let rest = if inner.is_some() { rest.strip_prefix('}')? } else { rest };
    named(name).map(|piece| (piece, rest))
}

fn named(name: &str) -> Option<Piece> {
    let (root, member) = name.split_once('.')?;
    if member.split('.').any(str::is_empty) {
        return None;
    }
    match root {
        "context" => Some(Piece::Context(member.split('.').map(str::to_owned).collect())),
        "stageVariables" => Some(Piece::StageVariable(member.to_owned())),
        "method" => match member.strip_prefix("request.")?.split_once('.') {
            Some(("header", name)) => Some(Piece::Header(name.to_owned())),
            Some(("path", name)) => Some(Piece::Path(name.to_owned())),
            Some(("querystring", name)) => Some(Piece::QueryString(name.to_owned())),
            _ => (member == "request.body").then_some(Piece::Body),
        },
        _ => None,
    }
}

/// Letters, digits, `_`, and `.` or `-` between them.
fn name_length(text: &str) -> usize {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c: char| !(is_word(c) || c == '.' || c == '-')).unwrap_or(text.len());
    text.get(..end).map_or(0, |name| name.trim_end_matches(['.', '-']).len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(template: &str, expected: &str) {
        let context = json!({
            "error": {"message": "It's \"bad\"", "responseType": "UNAUTHORIZED"},
            "requestId": "r-1",
            "status": 401,
            "authorizer": {"claims": {"sub": "s"}},
        });
        let one = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let params = Params { path: one("id", "7"), querystring: one("q", "x"), header: one("X-Api-Key", "k") };
        let stage_variables = one("table", "dragons");
        let scope =
            GatewayResponseScope { context: &context, stage_variables: &stage_variables, params: &params, body: "B" };
        assert_eq!(SimpleTemplate::compile(template).unwrap().render(&scope).unwrap(), expected, "{template}");
    }

    #[test]
    fn variables_are_substituted_and_all_else_is_text() {
        for (template, expected) in [
            ("{\"message\":$context.error.messageString}", r#"{"message":"It's \"bad\""}"#),
            ("$context.error.message.", "It's \"bad\"."),
            ("${context.requestId}-$context.requestId-$context.status", "r-1-r-1-401"),
            ("$context.authorizer.claims.sub$context.missing", "s"),
            ("$context.authorizer.claims", r#"{"sub":"s"}"#),
            ("$stageVariables.table/$stageVariables.none", "dragons/"),
            ("$method.request.header.x-api-key $method.request.path.id $method.request.querystring.q", "k 7 x"),
            ("$method.request.body", "B"),
            (
                "#set($x = 1)$x $ $$ ${ ${x} $context $context. $method.request.x",
                "#set($x = 1)$x $ $$ ${ ${x} $context $context. $method.request.x",
            ),
        ] {
            check(template, expected);
        }
    }

    #[test]
    fn a_missing_message_is_null_in_its_quoted_form() {
        let scope = GatewayResponseScope {
            context: &json!({}),
            stage_variables: &BTreeMap::new(),
            params: &Params::default(),
            body: "",
        };
        let template = SimpleTemplate::compile("{\"message\":$context.error.messageString}").unwrap();
        assert_eq!(template.render(&scope).unwrap(), "{\"message\":null}");
        assert!(SimpleTemplate::compile(&"x".repeat(MAX_SOURCE_BYTES + 1)).is_err());
    }

    #[test]
    fn repeating_a_large_body_is_refused() {
        let scope = GatewayResponseScope {
            context: &json!({}),
            stage_variables: &BTreeMap::new(),
            params: &Params::default(),
            body: &"x".repeat(1 << 20),
        };
        let template = SimpleTemplate::compile(&"$method.request.body ".repeat(1_000)).unwrap();
        assert_eq!(template.render(&scope), Err(RenderError::OutputTooLarge));
        assert!(SimpleTemplate::compile(&"${".repeat(MAX_SOURCE_BYTES / 2)).is_ok());
    }
}
