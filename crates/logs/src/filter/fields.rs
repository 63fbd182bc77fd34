//! `[ip, user, ..., status = 4*, bytes > 1000]`: conditions on fields with blanks between. A field in quotation marks or in
//! brackets is one. There must be as many fields as the pattern names, unless it has an ellipsis.

use super::PatternError;
use super::condition::Condition;
use super::expression::{Expression, Text};

/// A pattern of fields.
#[derive(Debug)]
pub struct Fields {
    /// Before the ellipsis, or all.
    head: Vec<Field>,
    /// After the ellipsis, where there is one.
    tail: Option<Vec<Field>>,
}

/// A field, and what must be true of it.
#[derive(Debug)]
struct Field(Option<Expression<Condition>>);

impl Fields {
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let mut text = Text::new(inner.ok_or_else(|| PatternError::new("a bracket is missing"))?);
        let mut fields = Self { head: Vec::new(), tail: None };
        loop {
            if text.take("...") {
                if fields.tail.replace(Vec::new()).is_some() {
                    return Err(PatternError::new("there can be one ellipsis"));
                }
            } else {
                let field = field(&mut text)?;
                fields.tail.as_mut().unwrap_or(&mut fields.head).push(field);
            }
            if !text.take(",") {
                break;
            }
        }
        text.skip_blanks();
        if text.rest().is_empty() {
            Ok(fields)
        } else {
            Err(PatternError::new(format!("Invalid character(s) in term '{}'", text.rest())))
        }
    }

    pub fn matches(&self, message: &str) -> bool {
        let words = split(message);
        let tail = self.tail.as_deref().unwrap_or_default();
        let named = self.head.len() + tail.len();
        if words.len() < named || (self.tail.is_none() && words.len() > named) {
            return false;
        }
        let all = |fields: &[Field], words: &[&str]| fields.iter().zip(words).all(|(field, word)| field.holds(word));
        let end = words.get(words.len() - tail.len()..).unwrap_or_default();
        all(&self.head, &words) && all(tail, end)
    }
}

impl Field {
    fn holds(&self, word: &str) -> bool {
        self.0.as_ref().is_none_or(|expression| expression.holds(&|condition| condition.holds_for(word)))
    }
}

/// A name, alone or with conditions, each of which names it again. What the name is says nothing.
fn field(text: &mut Text<'_>) -> Result<Field, PatternError> {
    let start = text.rest();
    let name = read_name(text);
    text.skip_blanks();
    if text.rest().is_empty() || text.rest().starts_with(',') {
        return if name.is_empty() { Err(PatternError::new("a field's name is missing")) } else { Ok(Field(None)) };
    }
    text.set(start);
    let mut leaf = |text: &mut Text<'_>| {
        if read_name(text).is_empty() {
            return Err(PatternError::new("a field's name is missing"));
        }
        Condition::read(text)?.ok_or_else(|| PatternError::new("an operator is missing"))
    };
    Expression::read(text, &mut leaf, 0).map(|expression| Field(Some(expression)))
}

fn read_name<'p>(text: &mut Text<'p>) -> &'p str {
    text.word(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// A message's fields.
fn split(message: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = message.trim_start();
    while !rest.is_empty() {
        let grouped = match rest.chars().next() {
            Some('"') => rest.get(1..).and_then(|inner| inner.split_once('"')),
            Some('[') => rest.get(1..).and_then(|inner| inner.split_once(']')),
            _ => None,
        };
        let (word, after) = grouped.unwrap_or_else(|| {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest.split_at_checked(end).unwrap_or((rest, ""))
        });
        words.push(word);
        rest = after.trim_start();
    }
    words
}
