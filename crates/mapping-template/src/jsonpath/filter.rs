//! Filters: `[?(…)]`.

use std::borrow::Cow;
use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value;

use super::{JsonPath, JsonPathError, eval};

#[derive(Debug, Clone)]
pub(super) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Relation, Operand),
}

#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// From `@`, the value in question.
    Relative(JsonPath),
    /// From `$`, the document.
    Absolute(JsonPath),
    Literal(Value),
    Regex(Regex),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Matches,
    In,
    NotIn,
}

impl Filter {
    pub(super) fn accepts(&self, item: &Value, root: &Value, visits: &mut usize) -> Result<bool, JsonPathError> {
        match self {
            Filter::Any(filters) => {
                for filter in filters {
                    if filter.accepts(item, root, visits)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Filter::All(filters) => {
                for filter in filters {
                    if !filter.accepts(item, root, visits)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Filter::Not(filter) => Ok(!filter.accepts(item, root, visits)?),
            Filter::Exists(operand) => operand.exists(item, root, visits),
            Filter::Compare(left, relation, right) => {
                let left = left.value(item, root, visits)?;
                if let Operand::Regex(regex) = right {
                    let text = left.as_deref().and_then(Value::as_str).unwrap_or_default();
                    eval::visit(visits, text.len() / 64)?;
                    return Ok(left.as_deref().is_some_and(Value::is_string) && regex.is_match(text));
                }
                let right = right.value(item, root, visits)?;
                if let (Some(left), Some(right)) = (&left, &right) {
                    eval::visit_all(left, visits)?;
                    eval::visit_all(right, visits)?;
                }
                Ok(relation.holds(left.as_deref(), right.as_deref()))
            }
        }
    }
}

impl Operand {
    fn exists(&self, item: &Value, root: &Value, visits: &mut usize) -> Result<bool, JsonPathError> {
        match self {
            Operand::Relative(path) if path.function.is_none() => {
                Ok(!eval::select(&path.steps, item, root, visits)?.is_empty())
            }
            _ => Ok(self.value(item, root, visits)?.is_some()),
        }
    }

    fn value<'v>(
        &'v self,
        item: &'v Value,
        root: &'v Value,
        visits: &mut usize,
    ) -> Result<Option<Cow<'v, Value>>, JsonPathError> {
        let (path, start) = match self {
            Operand::Relative(path) => (path, item),
            Operand::Absolute(path) => (path, root),
            Operand::Literal(value) => return Ok(Some(Cow::Borrowed(value))),
            Operand::Regex(_) => return Ok(None),
        };
        let found = eval::select(&path.steps, start, root, visits)?;
        let definite = path.steps.iter().all(super::Step::is_definite);
        Ok(match (path.function, definite) {
            (Some(function), _) => eval::apply(function, &found, definite, visits)?.map(Cow::Owned),
            (None, true) => found.first().map(|value| Cow::Borrowed(*value)),
            (None, false) if found.is_empty() => None,
            (None, false) => {
                found.iter().try_for_each(|value| eval::visit_all(value, visits))?;
                Some(Cow::Owned(found.into_iter().cloned().collect()))
            }
        })
    }
}

impl Relation {
    /// A missing side equals only a missing one, and is ordered against nothing.
    fn holds(self, left: Option<&Value>, right: Option<&Value>) -> bool {
        match self {
            Relation::Eq => equal(left, right),
            Relation::Ne => !equal(left, right),
            Relation::Lt => order(left, right) == Some(Ordering::Less),
            Relation::Gt => order(left, right) == Some(Ordering::Greater),
            Relation::Le => order(left, right).is_some_and(Ordering::is_le),
            Relation::Ge => order(left, right).is_some_and(Ordering::is_ge),
            Relation::In => contains(left, right),
            Relation::NotIn => !contains(left, right),
            Relation::Matches => false,
        }
    }
}

fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    left == right || order(left, right) == Some(Ordering::Equal)
}

fn contains(left: Option<&Value>, right: Option<&Value>) -> bool {
    right.and_then(Value::as_array).is_some_and(|items| items.iter().any(|item| equal(left, Some(item))))
}

/// Numbers and texts have an order among themselves.
fn order(left: Option<&Value>, right: Option<&Value>) -> Option<Ordering> {
    match (left?, right?) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
