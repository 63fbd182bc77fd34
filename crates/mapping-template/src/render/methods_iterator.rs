//! `java.util.Iterator` and `java.util.Map.Entry`.

use std::rc::Rc;
use std::sync::Arc;

use super::{Outcome, Renderer, VALUE_BYTES};
use crate::limits::RenderError;
use crate::value::{Entry, List, ListIterator, Value};

impl Renderer<'_, '_> {
    /// `list.iterator()`, or `listIterator(from)`.
    pub(super) fn iterator(&mut self, list: &Rc<List>, from: usize) -> Outcome<Value> {
        self.charge_memory(2 * VALUE_BYTES)?;
        let length = list.items.borrow().len();
        Ok(Value::Iterator(Rc::new(ListIterator {
            list: Rc::clone(list),
            next: from.into(),
            removable: false.into(),
            length: length.into(),
        })))
    }

    pub(super) fn entry_method(&mut self, entry: &Entry, name: &str, arguments: &[Value]) -> Outcome<Value> {
        Ok(match (name, arguments) {
            ("getKey", []) => Value::Text(Arc::clone(&entry.key)),
            ("getValue", []) => entry.value.borrow().clone(),
            ("setValue", [value]) => {
                self.put(&entry.map, Arc::clone(&entry.key), value.clone())?;
                entry.value.replace(value.clone())
            }
            _ => Value::Null,
        })
    }

    pub(super) fn iterator_method(
        &mut self,
        iterator: &ListIterator,
        name: &str,
        arguments: &[Value],
    ) -> Outcome<Value> {
        let (at, length) = (iterator.next.get(), iterator.list.items.borrow().len());
        match (name, arguments) {
            ("hasNext", []) => Ok(Value::Bool(at < length)),
            ("next", []) => {
                check_unchanged(iterator, name, length)?;
                let item = iterator.list.items.borrow().get(at).cloned();
                let item = item.ok_or_else(|| RenderError::method(name, "NoSuchElementException"))?;
                iterator.next.set(at + 1);
                iterator.removable.set(true);
                Ok(item)
            }
            ("remove", []) => {
                check_unchanged(iterator, name, length)?;
                let removed = at.checked_sub(1).filter(|at| *at < length && iterator.removable.replace(false));
                let removed = removed.ok_or_else(|| RenderError::method(name, "IllegalStateException"))?;
                self.charge_steps(length / 1024)?;
                iterator.next.set(removed);
                iterator.length.set(length - 1);
                iterator.list.items.borrow_mut().remove(removed);
                Ok(Value::Null)
            }
            _ => Ok(Value::Null),
        }
    }
}

fn check_unchanged(iterator: &ListIterator, method: &str, length: usize) -> Outcome<()> {
    if iterator.length.get() == length {
        Ok(())
    } else {
        Err(RenderError::method(method, "ConcurrentModificationException"))
    }
}
