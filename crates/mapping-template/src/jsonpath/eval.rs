//! Matching. To add a function: a variant of `Function`, its name in the parser and an arm in `apply`.

use serde_json::Value;

use super::{Function, JsonPathError, Selector, Step};

pub(super) type Found<'v> = Result<Vec<&'v Value>, JsonPathError>;

/// Counts visited values down.
pub(super) fn visit(visits: &mut usize, count: usize) -> Result<(), JsonPathError> {
    *visits = visits.checked_sub(count).ok_or(JsonPathError::TooMuch)?;
    Ok(())
}

/// All that the steps match, from `start`; `root` is what `$` means inside filters.
pub(super) fn select<'v>(steps: &[Step], start: &'v Value, root: &'v Value, visits: &mut usize) -> Found<'v> {
    let mut current = vec![start];
    for step in steps {
        let mut next = Vec::new();
        for value in current {
            match &step.selector {
                _ if !step.deep => choose(&step.selector, value, root, visits, &mut next)?,
                // A deep filter asks each descendant once, not again as its parent's item.
                selector @ Selector::Filter(_) => {
                    every(selector, descendants(value, visits)?.into_iter(), root, visits, &mut next)?;
                }
                selector => {
                    for descendant in descendants(value, visits)? {
                        choose(selector, descendant, root, visits, &mut next)?;
                    }
                }
            }
        }
        current = next;
    }
    Ok(current)
}

/// The value and everything inside it, parents first, in document order.
fn descendants<'v>(value: &'v Value, visits: &mut usize) -> Found<'v> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        visit(visits, 1)?;
        found.push(value);
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(members) => {
                let from = open.len();
                open.extend(members.values());
                if let Some(added) = open.get_mut(from..) {
                    added.reverse();
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

fn choose<'v>(
    selector: &Selector,
    value: &'v Value,
    root: &'v Value,
    visits: &mut usize,
    found: &mut Vec<&'v Value>,
) -> Result<(), JsonPathError> {
    visit(visits, 1)?;
    match (selector, value) {
        (Selector::Name(name), Value::Object(members)) => found.extend(members.get(name)),
        (Selector::Names(names), Value::Object(members)) => {
            visit(visits, names.len())?;
            found.extend(names.iter().filter_map(|name| members.get(name)));
        }
        (Selector::Index(at), Value::Array(items)) => found.extend(item(items, *at)),
        (Selector::Indices(indices), Value::Array(items)) => {
            visit(visits, indices.len())?;
            found.extend(indices.iter().filter_map(|at| item(items, *at)));
        }
        (Selector::Slice(from, to), Value::Array(items)) => {
            let (from, to) = (bound(*from, 0, items.len()), bound(*to, items.len(), items.len()));
            let slice = items.get(from..to.max(from)).unwrap_or_default();
            visit(visits, slice.len())?;
            found.extend(slice);
        }
        (Selector::Every | Selector::Filter(_), Value::Array(items)) => {
            every(selector, items.iter(), root, visits, found)?;
        }
        (Selector::Every, Value::Object(members)) => every(selector, members.values(), root, visits, found)?,
        // A filter on an object asks the object itself.
        (Selector::Filter(_), Value::Object(_)) => every(selector, std::iter::once(value), root, visits, found)?,
        _ => {}
    }
    Ok(())
}

fn every<'v>(
    selector: &Selector,
    items: impl Iterator<Item = &'v Value>,
    root: &'v Value,
    visits: &mut usize,
    found: &mut Vec<&'v Value>,
) -> Result<(), JsonPathError> {
    for item in items {
        visit(visits, 1)?;
        let chosen = match selector {
            Selector::Filter(filter) => filter.accepts(item, root, visits)?,
            _ => true,
        };
        if chosen {
            found.push(item);
        }
    }
    Ok(())
}

fn item(items: &[Value], at: i64) -> Option<&Value> {
    items.get(from_end(at, items.len())?)
}

fn from_end(at: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if at < 0 { at.saturating_add(length) } else { at }).ok()
}

/// A slice's end within the list; one before its beginning is its beginning.
fn bound(at: Option<i64>, default: usize, length: usize) -> usize {
    at.map_or(default, |at| from_end(at, length).unwrap_or(0)).min(length)
}

/// A function of what was found: of a definite path its one value, else the list of matches.
pub(super) fn apply(
    function: Function,
    found: &[&Value],
    definite: bool,
    visits: &mut usize,
) -> Result<Option<Value>, JsonPathError> {
    let single = found.first().copied().filter(|_| definite);
    if definite && single.is_none() {
        return Ok(None);
    }
    visit(visits, single.map_or(found.len(), breadth))?;
    Ok(compute(function, found, single))
}

/// How many values, or texts of 64 bytes, are directly in a value.
fn breadth(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        Value::String(text) => text.len() / 64,
        _ => 0,
    }
}

/// Counts a value and all inside it as visited.
pub(super) fn visit_all(value: &Value, visits: &mut usize) -> Result<(), JsonPathError> {
    visit(visits, 1 + breadth(value))?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| visit_all(item, visits)),
        Value::Object(members) => members.values().try_for_each(|member| visit_all(member, visits)),
        _ => Ok(()),
    }
}

fn compute(function: Function, found: &[&Value], single: Option<&Value>) -> Option<Value> {
    match function {
        Function::Length => Some(Value::from(match single {
            Some(Value::Array(items)) => items.len(),
            Some(Value::Object(members)) => members.len(),
            Some(Value::String(text)) => text.chars().map(char::len_utf16).sum(),
            Some(_) => return None,
            None => found.len(),
        })),
        Function::Keys => Some(single?.as_object()?.keys().map(String::as_str).collect()),
        Function::Min => fold(&numbers(single, found), f64::min),
        Function::Max => fold(&numbers(single, found), f64::max),
        Function::Sum => fold(&numbers(single, found), |left, right| left + right),
        Function::Average => {
            let numbers = numbers(single, found);
            #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 items")]
            fold(&numbers, |left, right| left + right)?.as_f64().map(|sum| Value::from(sum / numbers.len() as f64))
        }
    }
}

fn numbers(single: Option<&Value>, found: &[&Value]) -> Vec<f64> {
    match single {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_f64).collect(),
        Some(value) => value.as_f64().into_iter().collect(),
        None => found.iter().filter_map(|value| value.as_f64()).collect(),
    }
}

/// Jayway computes in doubles, so the result has a fraction.
fn fold(numbers: &[f64], join: impl Fn(f64, f64) -> f64) -> Option<Value> {
    numbers.iter().copied().reduce(join).map(Value::from)
}
