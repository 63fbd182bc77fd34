//! The sentences about broken constraints.

use std::fmt::Write as _;

use aws_types::AwsError;
use aws_types::schema::{Kind, Location, Member, ServiceModel, Shape, Text};
use aws_types::wire::Value;

use super::Step;
use crate::fault;

/// Enumerations whose order in AWS's sentences was recorded; the others keep the model's.
const RECORDED_ORDERS: [&[&str]; 1] = [&["add", "remove", "move", "test", "replace", "copy"]];

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
    fn text(self, model: &ServiceModel) -> String {
        match self {
            Self::Null => "Member must not be null".to_owned(),
            Self::MinLength(n) => format!("Member must have length greater than or equal to {n}"),
            Self::MaxLength(n) => format!("Member must have length less than or equal to {n}"),
            Self::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
            Self::Enumeration(values) => {
                format!("Member must satisfy enum value set: [{}]", in_order(values).join(", "))
            }
            Self::MinValue(n) => format!("Member must have value greater than or equal to {n}"),
            Self::MaxValue(n) => format!("Member must have value less than or equal to {n}"),
            Self::Items(shape) => format!("Member must satisfy constraint: [{}]", all_rules(model, shape)),
            Self::Keys(shape) => format!("Map keys must satisfy constraint: [{}]", all_rules(model, shape)),
            Self::Values(shape) => format!("Map value must satisfy constraint: [{}]", all_rules(model, shape)),
        }
    }
}

fn in_order(values: &'static [&'static str]) -> &'static [&'static str] {
    let same = |recorded: &&&[&str]| recorded.len() == values.len() && recorded.iter().all(|v| values.contains(v));
    RECORDED_ORDERS.iter().find(same).copied().unwrap_or(values)
}

/// All rules of a scalar shape, broken or not, in the order AWS lists them. Lambda adds that items must not be null.
fn all_rules(model: &ServiceModel, shape: &'static Shape) -> String {
    let mut rules = match &shape.kind {
        Kind::String(Text { length, pattern, values }) => vec![
            length.max.map(Rule::MaxLength),
            length.min.map(Rule::MinLength),
            pattern.map(Rule::Pattern),
            (!values.is_empty()).then_some(Rule::Enumeration(values)),
        ],
        Kind::Integer(range) | Kind::Long(range) | Kind::Float(range) | Kind::Double(range) => {
            vec![range.max.map(Rule::MaxValue), range.min.map(Rule::MinValue)]
        }
        Kind::Blob(blob) => vec![blob.length.max.map(Rule::MaxLength), blob.length.min.map(Rule::MinLength)],
        _ => Vec::new(),
    };
    if model.name == "lambda" {
        rules.push(Some(Rule::Null));
    }
    let texts: Vec<_> = rules.into_iter().flatten().map(|rule| rule.text(model)).collect();
    texts.join(", ")
}

/// The path as sentences write it: first letters of members lower, `.2.member` for items, `.key.member` for entries.
pub fn path(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        if !path.is_empty() {
            path.push('.');
        }
        let _infallible = match step {
            Step::Input(operation) => write!(path, "{}Input", lower_first(operation)),
            Step::Member(name) => write!(path, "{}", lower_first(name)),
            Step::Item(number) => write!(path, "{number}.member"),
            Step::Entry(key) => write!(path, "{}.member", cut(key)),
        };
    }
    path
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
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
        path: String,
        shape: &'static Shape,
        value: Option<&Value>,
        rule: Rule,
        member: Option<&'static Member>,
    ) -> Self {
        let echo = (!is_sensitive(shape, &mut Vec::new())).then(|| match value {
            Some(value) => format!("'{}'", cut(&echo(value))),
            None => "null".to_owned(),
        });
        Self { path, shape, echo, rule, member }
    }

    fn text(&self, model: &ServiceModel) -> String {
        let value = self.echo.as_ref().map_or_else(|| "Value".to_owned(), |echo| format!("Value {echo}"));
        format!("{value} at '{}' failed to satisfy constraint: {}", self.path, self.rule.text(model))
    }
}

/// Whether a value of this shape may hold what must not be repeated. Shapes may be recursive.
fn is_sensitive(shape: &'static Shape, seen: &mut Vec<&'static Shape>) -> bool {
    if shape.sensitive {
        return true;
    }
    if seen.iter().any(|known| std::ptr::eq(*known, shape)) {
        return false;
    }
    seen.push(shape);
    match &shape.kind {
        Kind::List(list) => is_sensitive(list.member, seen),
        Kind::Map(map) => is_sensitive(map.key, seen) || is_sensitive(map.value, seen),
        Kind::Structure(structure) => structure.members.iter().any(|member| is_sensitive(member.shape, seen)),
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
fn cut(text: &str) -> &str {
    text.char_indices().nth(MAX_ECHO).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// The error of every service but S3.
pub fn sentence(model: &ServiceModel, count: usize, found: &[Violation]) -> AwsError {
    if let ("lambda", [one]) = (model.name, found)
        && let Some(error) = unknown_runtime(model, one)
    {
        return error;
    }
    let texts: Vec<_> = found.iter().map(|violation| violation.text(model)).collect();
    let plural = if count == 1 { "" } else { "s" };
    let message = format!("{count} validation error{plural} detected: {}", texts.join("; "));
    AwsError::sender(fault::constraint_code(model), 400, message)
}

/// Lambda's own sentence for a runtime that there is not. (recorded)
fn unknown_runtime(model: &ServiceModel, violation: &Violation) -> Option<AwsError> {
    let runtime = violation.path == "runtime" && matches!(violation.rule, Rule::Enumeration(_));
    let echo = violation.echo.as_deref().filter(|_| runtime)?;
    let (rule, echo) = (violation.rule.text(model), echo.trim_matches('\''));
    let message = format!("Value {echo} at 'runtime' failed to satisfy constraint: {rule} or be a valid ARN");
    Some(AwsError::sender("InvalidParameterValueException", 400, message))
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
