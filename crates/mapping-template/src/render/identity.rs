//! Java's `equals` and `hashCode`: unlike `==`, a number and its text are two things.

use std::rc::Rc;

use super::{Outcome, Renderer};
use crate::limits::RenderError;
use crate::value::Value;

impl Renderer<'_, '_> {
    /// `left.equals(right)`.
    pub(super) fn same(&mut self, left: &Value, right: &Value) -> Outcome<bool> {
        self.same_at(left, right, 0)
    }

    fn same_at(&mut self, left: &Value, right: &Value, depth: usize) -> Outcome<bool> {
        self.charge_steps(1)?;
        self.bound_depth(depth)?;
        match (left, right) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
            (Value::Int(left), Value::Int(right)) => Ok(left == right),
            (Value::Double(left), Value::Double(right)) => Ok(left.to_bits() == right.to_bits()),
            (Value::Text(left), Value::Text(right)) => {
                self.charge_steps(left.len().min(right.len()) / 1024)?;
                Ok(left == right)
            }
            (Value::List(left), Value::List(right)) => {
                let (left, right) = (left.items.borrow().clone(), right.items.borrow().clone());
                self.charge_steps(left.len() / 16)?;
                Ok(left.len() == right.len() && self.all_same(left.iter().zip(right.iter()), depth)?)
            }
            (Value::Map(left), Value::Map(right)) => {
                let (left, right) = (left.entries.borrow(), right.entries.borrow());
                self.charge_steps(left.len() / 16)?;
                let pairs: Option<Vec<_>> =
                    left.iter().map(|(key, value)| right.get(key).map(|other| (value, other))).collect();
                match pairs {
                    Some(pairs) if left.len() == right.len() => self.all_same(pairs.into_iter(), depth),
                    _ => Ok(false),
                }
            }
            (Value::Entry(left), Value::Entry(right)) => Ok(left.key == right.key
                && self.same_at(&left.value.borrow().clone(), &right.value.borrow().clone(), depth + 1)?),
            (Value::Iterator(left), Value::Iterator(right)) => Ok(Rc::ptr_eq(left, right)),
            _ => Ok(false),
        }
    }

    fn all_same<'v>(&mut self, pairs: impl Iterator<Item = (&'v Value, &'v Value)>, depth: usize) -> Outcome<bool> {
        for (left, right) in pairs {
            if !self.same_at(left, right, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn bound_depth(&self, depth: usize) -> Outcome<()> {
        if depth >= self.limits.depth { Err(RenderError::TooDeep) } else { Ok(()) }
    }

    /// `value.hashCode()`.
    pub(super) fn hash_code(&mut self, value: &Value) -> Outcome<i32> {
        self.hash_at(value, 0)
    }

    fn hash_at(&mut self, value: &Value, depth: usize) -> Outcome<i32> {
        self.charge_steps(1)?;
        self.bound_depth(depth)?;
        Ok(match value {
            Value::Bool(true) => 1231,
            Value::Bool(false) => 1237,
            Value::Int(number) => i32::try_from(*number).unwrap_or_else(|_| folded(number.cast_unsigned())),
            Value::Double(number) => folded(number.to_bits()),
            Value::Text(text) => {
                self.charge_steps(text.len() / 1024)?;
                text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
            }
            Value::List(list) => {
                let mut hash = 1i32;
                for item in list.items.borrow().iter() {
                    hash = hash.wrapping_mul(31).wrapping_add(self.hash_at(item, depth + 1)?);
                }
                hash
            }
            Value::Map(map) => {
                let mut hash = 0i32;
                for (key, item) in map.entries.borrow().iter() {
                    hash = hash.wrapping_add(self.entry_hash(key, item, depth)?);
                }
                hash
            }
            Value::Entry(entry) => self.entry_hash(&entry.key, &entry.value.borrow(), depth)?,
            _ => 0,
        })
    }

    fn entry_hash(&mut self, key: &std::sync::Arc<str>, value: &Value, depth: usize) -> Outcome<i32> {
        Ok(self.hash_at(&Value::Text(std::sync::Arc::clone(key)), depth + 1)? ^ self.hash_at(value, depth + 1)?)
    }
}

/// The hash of a `long` or of a `double`'s bits.
#[expect(clippy::cast_possible_truncation, reason = "the upper half has been folded into the lower one")]
fn folded(bits: u64) -> i32 {
    ((bits ^ (bits >> 32)) as u32).cast_signed()
}
