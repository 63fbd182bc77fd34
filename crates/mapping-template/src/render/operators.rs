//! Arithmetic and comparison as Velocity 1.7 has them.

use std::cmp::Ordering;

use super::{Outcome, Renderer};
use crate::ast::Operator;
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

    /// `==`: numbers by size, like kinds as Java's `equals`, unlike kinds by their text.
    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Outcome<bool> {
        if let Some(order) = order(left, right) {
            self.charge_steps(1)?;
            return Ok(order == Ordering::Equal);
        }
        let alike = std::mem::discriminant(left) == std::mem::discriminant(right);
        if alike || left.is_null() || right.is_null() {
            return self.same(left, right);
        }
        self.charge_steps(1)?;
        Ok(self.text_of(left)? == self.text_of(right)?)
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
