//! What a JSON property or a field is compared with.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::PatternError;
use super::expression::Text;
use super::terms::unquote;

/// Largest compiled regular expression, in bytes.
const REGEX_BYTES: usize = 256 * 1024;

/// Compiles a regular expression. CloudWatch knows no groups; the engine is linear in what it reads.
pub fn regex(pattern: &str) -> Result<Regex, PatternError> {
    if pattern.is_empty() || pattern.contains(['(', ')']) {
        return Err(PatternError::new(format!("Invalid character(s) in term '%{pattern}%'")));
    }
    let compiled = RegexBuilder::new(pattern).size_limit(REGEX_BYTES).dfa_size_limit(REGEX_BYTES).build();
    compiled.map_err(|_| PatternError::new(format!("Invalid regular expression '%{pattern}%'")))
}

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// With what.
#[derive(Debug)]
pub enum Operand {
    /// A number, and the text it was written as.
    Number(f64, String),
    /// Text with `*` for anything.
    Text(String),
    Regex(Regex),
}

/// A comparison.
#[derive(Debug)]
pub struct Condition {
    op: Op,
    operand: Operand,
}

impl Condition {
    /// Reads an operator and what follows it; `None` where there is no operator.
    pub fn read(text: &mut Text<'_>) -> Result<Option<Self>, PatternError> {
        let signs = [("!=", Op::Ne), ("<=", Op::Le), (">=", Op::Ge), ("=", Op::Eq), ("<", Op::Lt), (">", Op::Gt)];
        let Some((_, op)) = signs.into_iter().find(|(sign, _)| text.take(sign)) else { return Ok(None) };
        let operand = operand(text)?;
        let ordered = !matches!(op, Op::Eq | Op::Ne);
        if ordered && !matches!(operand, Operand::Number(..)) {
            return Err(PatternError::new("only numbers can be compared by size"));
        }
        Ok(Some(Self { op, operand }))
    }

    /// Whether text satisfies it.
    pub fn holds_for(&self, text: &str) -> bool {
        match (&self.operand, self.op) {
            (Operand::Number(number, written), op) => match text.parse::<f64>() {
                Ok(value) => compare(value, op, *number),
                Err(_) => match op {
                    Op::Eq => text == written,
                    Op::Ne => text != written,
                    _ => false,
                },
            },
            (Operand::Text(glob), op) => matches_glob(glob, text) == (op == Op::Eq),
            (Operand::Regex(regex), op) => regex.is_match(text) == (op == Op::Eq),
        }
    }

    /// Whether a JSON value satisfies it. Lists and objects never do.
    pub fn holds_for_value(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.holds_for(text),
            Value::Bool(is) => self.holds_for(if *is { "true" } else { "false" }),
            Value::Number(number) => match (&self.operand, number.as_f64()) {
                (Operand::Number(wanted, _), Some(value)) => compare(value, self.op, *wanted),
                _ => self.holds_for(&number.to_string()),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

#[expect(clippy::float_cmp, reason = "both were read from decimal text")]
fn compare(value: f64, op: Op, with: f64) -> bool {
    match op {
        Op::Eq => value == with,
        Op::Ne => value != with,
        Op::Lt => value < with,
        Op::Le => value <= with,
        Op::Gt => value > with,
        Op::Ge => value >= with,
    }
}

fn operand(text: &mut Text<'_>) -> Result<Operand, PatternError> {
    if text.take("\"") {
        let (term, rest) = unquote(text.rest()).ok_or_else(|| PatternError::new("a quotation mark is missing"))?;
        text.set(rest);
        return Ok(Operand::Text(term));
    }
    if text.take("%") {
        let (pattern, rest) =
            text.rest().split_once('%').ok_or_else(|| PatternError::new("a percent sign is missing"))?;
        text.set(rest);
        return regex(pattern).map(Operand::Regex);
    }
    let word = text.word(|c| !c.is_whitespace() && !matches!(c, ')' | '(' | '&' | '|' | ',' | '}' | ']' | '"' | '%'));
    if word.is_empty() {
        return Err(PatternError::new("a value is missing"));
    }
    let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
    Ok(match number {
        Some(number) => Operand::Number(number, word.to_owned()),
        None => Operand::Text(word.to_owned()),
    })
}

/// Whether `*` in a pattern can stand for what is missing. Linear in both: each star takes as little as it can, and only
/// the last one is taken back.
pub fn matches_glob(glob: &str, text: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(first) = parts.next() else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}
