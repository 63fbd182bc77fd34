//! The sentences about broken constraints.

use std::fmt::Write as _;

use aws_types::AwsError;
use aws_types::schema::{Kind, Location, Member, ServiceModel, Shape, Text};
use aws_types::wire::Value;

use crate::fault;

/// Characters of a value that a sentence repeats.
const MAX_ECHO: usize = 1024;

/// A broken rule.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Required and absent.
    Null,
    /// Shorter than that.
    MinLength(u64),
    /// Longer than that.
    MaxLength(u64),
    /// Does not match.
    Pattern(&'static str),
    /// Is none of these.
    Enumeration(&'static [&'static str]),
    /// Less than that.
    MinValue(i64),
    /// More than that.
    MaxValue(i64),
    /// Some item of the list breaks a rule of this shape.
    Items(&'static Shape),
    /// Some key.
    Keys(&'static Shape),
    /// Some value.
    Values(&'static Shape),
}

impl Rule {
    fn text(self) -> String {
        match self {
            Self::Null => "Member must not be null".to_owned(),
            Self::MinLength(n) => format!("Member must have length greater than or equal to {n}"),
            Self::MaxLength(n) => format!("Member must have length less than or equal to {n}"),
            Self::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
            Self::Enumeration(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
            Self::MinValue(n) => format!("Member must have value greater than or equal to {n}"),
            Self::MaxValue(n) => format!("Member must have value less than or equal to {n}"),
            Self::Items(shape) => format!("Member must satisfy constraint: [{}]", all_rules(shape)),
            Self::Keys(shape) => format!("Map keys must satisfy constraint: [{}]", all_rules(shape)),
            Self::Values(shape) => format!("Map value must satisfy constraint: [{}]", all_rules(shape)),
        }
    }
}

/// All rules of a scalar shape, broken or not, in the order AWS lists them.
fn all_rules(shape: &'static Shape) -> String {
    let mut rules = Vec::new();
    let mut bounds = |min: Option<Rule>, max: Option<Rule>| rules.extend(max.into_iter().chain(min).map(Rule::text));
    match &shape.kind {
        Kind::String(Text { length, pattern, values }) => {
            bounds(length.min.map(Rule::MinLength), length.max.map(Rule::MaxLength));
            rules.extend(pattern.map(|pattern| Rule::Pattern(pattern).text()));
            rules.extend((!values.is_empty()).then(|| Rule::Enumeration(values).text()));
        }
        Kind::Integer(range) | Kind::Long(range) | Kind::Float(range) | Kind::Double(range) => {
            bounds(range.min.map(Rule::MinValue), range.max.map(Rule::MaxValue));
        }
        Kind::Blob(blob) => bounds(blob.length.min.map(Rule::MinLength), blob.length.max.map(Rule::MaxLength)),
        _ => {}
    }
    rules.join(", ")
}

/// One violation.
#[derive(Debug)]
pub struct Violation {
    path: String,
    shape: &'static Shape,
    /// The value as text; absent where it must not be repeated.
    echo: Option<String>,
    rule: Rule,
    member: Option<&'static Member>,
}

impl Violation {
    /// Takes down what the sentence needs.
    pub fn new(
        path: &str,
        shape: &'static Shape,
        value: Option<&Value>,
        rule: Rule,
        member: Option<&'static Member>,
    ) -> Self {
        let echo = (!is_sensitive(shape, 0)).then(|| match value {
            Some(value) => format!("'{}'", cut(&echo(value))),
            None => "null".to_owned(),
        });
        Self { path: path.to_owned(), shape, echo, rule, member }
    }

    fn text(&self) -> String {
        let value = self.echo.as_ref().map_or_else(|| "Value".to_owned(), |echo| format!("Value {echo}"));
        format!("{value} at '{}' failed to satisfy constraint: {}", self.path, self.rule.text())
    }
}

/// Whether a value of this shape may hold what must not be repeated.
fn is_sensitive(shape: &Shape, depth: usize) -> bool {
    // Recursive shapes end the search; deeper than this nothing is repeated.
    if shape.sensitive || depth > 8 {
        return true;
    }
    match &shape.kind {
        Kind::List(list) => is_sensitive(list.member, depth + 1),
        Kind::Map(map) => is_sensitive(map.key, depth + 1) || is_sensitive(map.value, depth + 1),
        Kind::Structure(structure) => structure.members.iter().any(|member| is_sensitive(member.shape, depth + 1)),
        _ => false,
    }
}

/// A value as Java prints it, as far as it will be shown.
fn echo(value: &Value) -> String {
    let mut out = String::new();
    echo_into(value, &mut out);
    out
}

fn echo_into(value: &Value, out: &mut String) {
    if out.len() > MAX_ECHO * 4 {
        return;
    }
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().take(MAX_ECHO).enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                echo_into(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            for (at, (key, item)) in entries.iter().take(MAX_ECHO).enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                out.push_str(key);
                out.push('=');
                echo_into(item, out);
            }
            out.push('}');
        }
        other => {
            let _infallible = write!(out, "{other}");
        }
    }
}

/// At most [`MAX_ECHO`] characters.
pub fn cut(text: &str) -> &str {
    text.char_indices().nth(MAX_ECHO).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// The error of every service but S3.
pub fn sentence(model: &ServiceModel, count: usize, found: &[Violation]) -> AwsError {
    let texts: Vec<_> = found.iter().map(Violation::text).collect();
    let plural = if count == 1 { "" } else { "s" };
    let message = format!("{count} validation error{plural} detected: {}", texts.join("; "));
    AwsError::sender(fault::constraint_code(model), 400, message)
}

/// S3 has no such sentence: its documents are malformed, its headers and parameters have invalid arguments. Which regions
/// a bucket may stand in is S3's to say.
pub fn s3(violation: &Violation) -> Option<AwsError> {
    if violation.shape.name == "BucketLocationConstraint" {
        return None;
    }
    let Some(member) = violation.member.filter(|member| member.location != Location::Body) else {
        return Some(fault::malformed_xml());
    };
    let name = member.wire_name();
    Some(match violation.rule {
        Rule::Null if member.location == Location::Header => {
            AwsError::sender("InvalidRequest", 400, format!("Missing required header for this request: {name}"))
        }
        Rule::Null => AwsError::sender("InvalidArgument", 400, format!("Missing required parameter: {name}"))
            .with("ArgumentName", name),
        _ => s3_argument(violation, name),
    })
}

fn s3_argument(violation: &Violation, name: &'static str) -> AwsError {
    let (code, message) = match violation.shape.name {
        "StorageClass" => ("InvalidStorageClass", "The storage class you specified is not valid"),
        "EncodingType" => ("InvalidArgument", "Invalid Encoding Method specified in Request"),
        _ => ("InvalidArgument", "Invalid Argument"),
    };
    let error = AwsError::sender(code, 400, message).with("ArgumentName", name);
    match &violation.echo {
        Some(echo) => error.with("ArgumentValue", echo.trim_matches('\'')),
        None => error,
    }
}
