//! Arithmetic and comparison as Velocity 1.7 has them.

use std::cmp::Ordering;

use super::{Outcome, Renderer};
use crate::ast::Operator;
use crate::limits::RenderError;
use crate::value::Value;

impl Renderer<'_, '_> {
    pub(super) fn operate(&mut self, operator: Operator, left: &Value, right: &Value) -> Outcome<Value> {
        Ok(match operator {
            Operator::Eq => Value::Bool(self.equal(left, right)?),
            Operator::Ne => Value::Bool(!self.equal(left, right)?),
            Operator::Lt => Value::Bool(order(left, right) == Some(Ordering::Less)),
            Operator::Gt => Value::Bool(order(left, right) == Some(Ordering::Greater)),
            Operator::Le => Value::Bool(order(left, right).is_some_and(Ordering::is_le)),
            Operator::Ge => Value::Bool(order(left, right).is_some_and(Ordering::is_ge)),
            Operator::Add if is_text(left) || is_text(right) => self.concat(left, right)?,
            _ => arithmetic(operator, left, right),
        })
    }

    fn concat(&mut self, left: &Value, right: &Value) -> Outcome<Value> {
        let mut text = String::new();
        self.print(left, &mut text)?;
        self.print(right, &mut text)?;
        self.new_text(&text)
    }

    /// Numbers by size, like kinds by content, unlike kinds by their text.
    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Outcome<bool> {
        self.equal_at(left, right, 0)
    }

    fn equal_at(&mut self, left: &Value, right: &Value, depth: usize) -> Outcome<bool> {
        self.charge_steps(1)?;
        if depth >= self.limits.depth {
            return Err(RenderError::TooDeep);
        }
        match (left, right) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Null, _) | (_, Value::Null) => Ok(false),
            (Value::Text(left), Value::Text(right)) => {
                self.charge_steps(left.len().min(right.len()) / 1024)?;
                Ok(left == right)
            }
            (Value::List(left), Value::List(right)) => {
                let (left, right) = (left.items.borrow().clone(), right.items.borrow().clone());
                self.charge_steps(left.len() / 16)?;
                Ok(left.len() == right.len() && self.all_equal(left.iter().zip(right.iter()), depth)?)
            }
            (Value::Map(left), Value::Map(right)) => {
                let (left, right) = (left.entries.borrow(), right.entries.borrow());
                if left.len() != right.len() {
                    return Ok(false);
                }
                self.charge_steps(left.len() / 16)?;
                let pairs: Option<Vec<_>> =
                    left.iter().map(|(key, value)| right.get(key).map(|other| (value, other))).collect();
                match pairs {
                    Some(pairs) => self.all_equal(pairs.into_iter(), depth),
                    None => Ok(false),
                }
            }
            _ => match order(left, right) {
                Some(order) => Ok(order == Ordering::Equal),
                None => Ok(self.text_of(left)? == self.text_of(right)?),
            },
        }
    }

    fn all_equal<'v>(&mut self, pairs: impl Iterator<Item = (&'v Value, &'v Value)>, depth: usize) -> Outcome<bool> {
        for (left, right) in pairs {
            if !self.equal_at(left, right, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Text(_))
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        _ => as_double(left)?.partial_cmp(&as_double(right)?),
    }
}

#[expect(clippy::cast_precision_loss, reason = "Java widens a long to a double the same way")]
pub(super) fn as_double(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}

/// Null where Velocity gives up: no numbers, a division by zero. Whole numbers that overflow become decimals.
fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Value {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        if *right == 0 && matches!(operator, Operator::Div | Operator::Rem) {
            return Value::Null;
        }
        let exact = match operator {
            Operator::Add => left.checked_add(*right),
            Operator::Sub => left.checked_sub(*right),
            Operator::Mul => left.checked_mul(*right),
            Operator::Div => left.checked_div(*right),
            _ => left.checked_rem(*right),
        };
        if let Some(exact) = exact {
            return Value::Int(exact);
        }
    }
    let (Some(left), Some(right)) = (as_double(left), as_double(right)) else { return Value::Null };
    match operator {
        Operator::Add => Value::Double(left + right),
        Operator::Sub => Value::Double(left - right),
        Operator::Mul => Value::Double(left * right),
        Operator::Div if right != 0.0 => Value::Double(left / right),
        Operator::Rem if right != 0.0 => Value::Double(left % right),
        _ => Value::Null,
    }
}
