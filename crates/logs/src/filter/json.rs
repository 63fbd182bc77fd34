//! `{ $.eventType = "UpdateTrail" && $.sourceIPAddress != 123.123.* }`: conditions on properties of a message that is JSON.

use serde_json::Value;

use super::PatternError;
use super::condition::Condition;
use super::expression::{Expression, Text};

/// A JSON pattern.
#[derive(Debug)]
pub struct Json(Expression<Leaf>);

#[derive(Debug)]
struct Leaf {
    selector: Vec<Step>,
    test: Test,
}

#[derive(Debug)]
enum Step {
    Name(String),
    Index(usize),
    /// `[*]`: any element.
    Every,
}

#[derive(Debug)]
enum Test {
    Compare(Condition),
    IsNull,
    IsTrue,
    IsFalse,
    Exists,
    NotExists,
}

impl Json {
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let mut text = Text::new(inner.ok_or_else(|| PatternError::new("a brace is missing"))?);
        let expression = Expression::read(&mut text, &mut leaf, 0)?;
        text.skip_blanks();
        if !text.rest().is_empty() {
            return Err(PatternError::new(format!("Invalid character(s) in term '{}'", text.rest())));
        }
        Ok(Self(expression))
    }

    pub fn matches(&self, message: &str) -> bool {
        // Most messages that are no objects are seen at a glance.
        if !message.trim_start().starts_with(['{', '[']) {
            return false;
        }
        let Ok(value) = serde_json::from_str::<Value>(message) else { return false };
        self.0.holds(&|leaf| leaf.holds(&value))
    }
}

impl Leaf {
    fn holds(&self, root: &Value) -> bool {
        let mut found = Vec::new();
        select(root, &self.selector, &mut found);
        match &self.test {
            Test::NotExists => found.is_empty(),
            Test::Exists => !found.is_empty(),
            Test::IsNull => found.iter().any(|value| value.is_null()),
            Test::IsTrue => found.iter().any(|value| **value == Value::Bool(true)),
            Test::IsFalse => found.iter().any(|value| **value == Value::Bool(false)),
            Test::Compare(condition) => found.iter().any(|value| condition.holds_for_value(value)),
        }
    }
}

fn select<'v>(value: &'v Value, steps: &[Step], found: &mut Vec<&'v Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return;
    };
    match step {
        Step::Name(name) => value.get(name.as_str()).into_iter().for_each(|value| select(value, rest, found)),
        Step::Index(index) => value.get(*index).into_iter().for_each(|value| select(value, rest, found)),
        Step::Every => value.as_array().into_iter().flatten().for_each(|value| select(value, rest, found)),
    }
}

fn leaf(text: &mut Text<'_>) -> Result<Leaf, PatternError> {
    let selector = selector(text)?;
    text.skip_blanks();
    let test = match Condition::read(text)? {
        Some(condition) => Test::Compare(condition),
        None => named_test(text)?,
    };
    Ok(Leaf { selector, test })
}

fn named_test(text: &mut Text<'_>) -> Result<Test, PatternError> {
    if text.take_word("NOT") {
        if text.take_word("EXISTS") {
            return Ok(Test::NotExists);
        }
    } else if text.take_word("EXISTS") {
        return Ok(Test::Exists);
    } else if text.take_word("IS") {
        for (word, test) in [("NULL", Test::IsNull), ("TRUE", Test::IsTrue), ("FALSE", Test::IsFalse)] {
            if text.take_word(word) {
                return Ok(test);
            }
        }
    }
    Err(PatternError::new("an operator is missing"))
}

fn selector(text: &mut Text<'_>) -> Result<Vec<Step>, PatternError> {
    if !text.take("$") {
        return Err(PatternError::new("a property selector begins with $"));
    }
    let mut steps = Vec::new();
    loop {
        if let Some(rest) = text.rest().strip_prefix('.') {
            text.set(rest);
            let name = text.word(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '@' | '#' | '/'));
            if name.is_empty() {
                return Err(PatternError::new("a property's name is missing"));
            }
            steps.push(Step::Name(name.to_owned()));
        } else if let Some(rest) = text.rest().strip_prefix('[') {
            let (inner, rest) = bracket(rest).ok_or_else(|| PatternError::new("a bracket is missing"))?;
            text.set(rest);
            steps.push(inner);
        } else {
            return if steps.is_empty() { Err(PatternError::new("a property's name is missing")) } else { Ok(steps) };
        }
    }
}

/// `0]`, `*]`, `'a.b']`, `"a.b"]`
fn bracket(text: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote) {
            let (name, rest) = inner.split_once(quote)?;
            return Some((Step::Name(name.to_owned()), rest.strip_prefix(']')?));
        }
    }
    let (inner, rest) = text.split_once(']')?;
    let step = if inner == "*" { Step::Every } else { Step::Index(inner.parse().ok()?) };
    Some((step, rest))
}
