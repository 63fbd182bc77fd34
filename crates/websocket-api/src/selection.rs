//! Selection expressions ("WebSocket selection expressions in API Gateway"): `$request.body.action`,
//! `${request.body.service}/${request.body.action}`. They name a route by a message, a template by a message or an answer.

use serde_json::Value;

/// Longest expression, in bytes.
const MAX_BYTES: usize = 1_024;
/// Longest outcome, in bytes: no key is as long.
const MAX_OUTCOME: usize = 4_096;

/// An expression, split at its variables. The default one names `$default`, whatever comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `request.body.a.b[0]`
    Body(Vec<Step>),
    /// `request.header.x`, in lower case.
    Header(String),
    /// `request.querystring.x`
    Query(String),
    /// `context.a.b`
    Context(Vec<String>),
    /// `stageVariables.x`
    StageVariable(String),
    /// `integration.response.statuscode`
    Status,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

/// What an expression is held against.
pub trait Subject {
    /// The message, or the answer, where it is JSON.
    fn body(&self) -> Option<&Value> {
        None
    }

    /// Anything else, by kind (`header`, `querystring`, `context`, `stageVariables`, `status`) and name.
    fn variable(&self, _kind: &'static str, _name: &str) -> Option<String> {
        None
    }
}

/// A message alone.
impl Subject for Value {
    fn body(&self) -> Option<&Value> {
        Some(self)
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self(vec![Piece::Text("$default".to_owned())])
    }
}

impl Selection {
    /// Reads an expression. `None` where it is none: an unknown variable, a brace or a name that is missing.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > MAX_BYTES {
            return None;
        }
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                // `\$default` is text.
                '\\' if after.starts_with('$') => {
                    literal.push('$');
                    rest = after.get(1..).unwrap_or_default();
                }
                '$' => {
                    let (variable, left) = variable(after)?;
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    pieces.push(variable);
                    rest = left;
                }
                other => {
                    literal.push(other);
                    rest = after;
                }
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Some(Self(pieces))
    }

    /// Whether it looks at messages.
    pub fn reads_body(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Body(_)))
    }

    /// What it comes to. `None` where a variable has no value, or one that is no text, number or truth value.
    pub fn select(&self, subject: &dyn Subject) -> Option<String> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Body(steps) => out.push_str(&at(subject.body()?, steps)?),
                Piece::Header(name) => out.push_str(&subject.variable("header", name)?),
                Piece::Query(name) => out.push_str(&subject.variable("querystring", name)?),
                Piece::Context(path) => out.push_str(&subject.variable("context", &path.join("."))?),
                Piece::StageVariable(name) => out.push_str(&subject.variable("stageVariables", name)?),
                Piece::Status => out.push_str(&subject.variable("status", "")?),
            }
            if out.len() > MAX_OUTCOME {
                return None;
            }
        }
        Some(out)
    }
}

fn at(value: &Value, steps: &[Step]) -> Option<String> {
    let found = steps.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name.as_str()),
        Step::Index(index) => value.get(*index),
    })?;
    match found {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The variable after a `$`, and what follows it.
fn variable(text: &str) -> Option<(Piece, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        let (inner, rest) = inner.split_once('}')?;
        let (piece, left) = named(inner)?;
        return left.is_empty().then_some((piece, rest));
    }
    named(text)
}

fn named(text: &str) -> Option<(Piece, &str)> {
    if let Some(rest) = text.strip_prefix("integration.response.statuscode") {
        return Some((Piece::Status, rest));
    }
    if let Some(rest) = text.strip_prefix("request.body") {
        let (steps, rest) = steps(rest)?;
        return Some((Piece::Body(steps), rest));
    }
    if let Some(rest) = text.strip_prefix("integration.response.body") {
        let (steps, rest) = steps(rest)?;
        return Some((Piece::Body(steps), rest));
    }
    if let Some(rest) = text.strip_prefix("request.header.") {
        let (name, rest) = name(rest)?;
        return Some((Piece::Header(name.to_ascii_lowercase()), rest));
    }
    if let Some(rest) = text.strip_prefix("request.querystring.") {
        let (name, rest) = name(rest)?;
        return Some((Piece::Query(name.to_owned()), rest));
    }
    if let Some(rest) = text.strip_prefix("stageVariables.") {
        let (name, rest) = name(rest)?;
        return Some((Piece::StageVariable(name.to_owned()), rest));
    }
    let (first, mut rest) = name(text.strip_prefix("context.")?)?;
    let mut path = vec![first.to_owned()];
    while let Some((next, left)) = rest.strip_prefix('.').and_then(name) {
        path.push(next.to_owned());
        rest = left;
    }
    Some((Piece::Context(path), rest))
}

/// `.a.b[0]`: at least one step.
fn steps(text: &str) -> Option<(Vec<Step>, &str)> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        if let Some((name, left)) = rest.strip_prefix('.').and_then(name) {
            steps.push(Step::Name(name.to_owned()));
            rest = left;
        } else if let Some((index, left)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            steps.push(Step::Index(index.parse().ok()?));
            rest = left;
        } else {
            return (!steps.is_empty()).then_some((steps, rest));
        }
    }
}

/// Letters, digits, `_` and `-`.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(name, _)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(expression: &str, message: &Value, expected: Option<&str>) {
        let selection = Selection::parse(expression).unwrap_or_else(|| panic!("{expression}"));
        assert_eq!(selection.select(message).as_deref(), expected, "{expression} {message}");
    }

    #[test]
    fn a_message_names_its_route() {
        let message = json!({"action": "join", "a": {"b": [{"c": 7}]}, "service": "chat", "up": true, "none": null});
        check("$request.body.action", &message, Some("join"));
        check("${request.body.action}", &message, Some("join"));
        check("${request.body.service}/${request.body.action}", &message, Some("chat/join"));
        check("$request.body.service/$request.body.action", &message, Some("chat/join"));
        check("$request.body.a.b[0].c", &message, Some("7"));
        check("$request.body.up", &message, Some("true"));
        check(r"\$default", &message, Some("$default"));
        check("plain", &message, Some("plain"));
        for missing in ["$request.body.none", "$request.body.a", "$request.body.x", "$request.header.x"] {
            check(missing, &message, None);
        }
        check("$request.body.action", &json!("action"), None);
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for bad in [
            "",
            "$",
            "${",
            "${}",
            "$request",
            "$request.body",
            "$request.body.",
            "${request.body.a",
            "${request.body.a b}",
            "$request.body[x]",
            "$other.x",
            "$context.",
        ] {
            assert_eq!(Selection::parse(bad), None, "{bad}");
        }
        assert_eq!(Selection::parse(&"x".repeat(MAX_BYTES + 1)), None);
    }

    proptest! {
        #[test]
        fn any_expression_can_be_read(text in ".{0,80}", key in "[a-z]{1,4}") {
            if let Some(selection) = Selection::parse(&text) {
                let _ = selection.select(&json!({key: "v"}));
            }
        }

        #[test]
        fn near_expressions_can_be_read(text in r"(\$|\{|\}|request|body|\.|header|context|\[0\]|\[|\\|a|b){0,14}") {
            if let Some(selection) = Selection::parse(&text) {
                let _ = selection.select(&json!({"a": {"b": ["x"]}, "b": 1}));
            }
        }

        #[test]
        fn a_name_leads_to_its_value(name in "[A-Za-z_][A-Za-z0-9_-]{0,12}", value in ".{0,30}", prefix in "[a-z/]{0,5}") {
            let selection = Selection::parse(&format!("{prefix}${{request.body.{name}}}")).unwrap();
            prop_assert_eq!(selection.select(&json!({name: value})), Some(format!("{prefix}{value}")));
        }
    }
}
