//! `java.util.List`'s methods.

use std::rc::Rc;

use super::references::int;
use super::{Outcome, Renderer, VALUE_BYTES};
use crate::limits::RenderError;
use crate::value::{List, Value};

impl Renderer<'_, '_> {
    pub(super) fn list_method(&mut self, list: &Rc<List>, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (name, arguments) {
            ("size" | "length", []) => Ok(int(list.items.borrow().len())),
            ("isEmpty", []) => Ok(Value::Bool(list.items.borrow().is_empty())),
            ("clear", []) => {
                list.items.borrow_mut().clear();
                Ok(Value::Null)
            }
            ("toArray", []) => {
                let items = list.items.borrow().clone();
                self.java_list(items)
            }
            ("get", [Value::Int(at)]) => {
                let found = usize::try_from(*at).ok().and_then(|at| list.items.borrow().get(at).cloned());
                found.ok_or_else(|| out_of_bounds(name, *at, list))
            }
            ("set", [Value::Int(at), value]) => {
                let replaced = usize::try_from(*at)
                    .ok()
                    .and_then(|at| Some(std::mem::replace(list.items.borrow_mut().get_mut(at)?, value.clone())));
                replaced.ok_or_else(|| out_of_bounds(name, *at, list))
            }
            ("add", [value]) => {
                self.charge_memory(VALUE_BYTES)?;
                list.items.borrow_mut().push(value.clone());
                Ok(Value::Bool(true))
            }
            ("add", [Value::Int(at), value]) => self.insert(list, *at, value),
            ("addAll", [other]) => self.add_all(list, None, other),
            ("addAll", [Value::Int(at), other]) => self.add_all(list, Some(*at), other),
            ("iterator" | "listIterator", []) => self.iterator(list, 0),
            ("remove", [Value::Int(at)]) => self.remove_at(list, *at),
            ("remove", [value]) => {
                let found = self.find(list, value)?;
                if let Some(at) = found {
                    list.items.borrow_mut().remove(at);
                }
                Ok(Value::Bool(found.is_some()))
            }
            ("subList", [Value::Int(from), Value::Int(to)]) => self.sub_list(list, *from, *to),
            _ => self.list_search(list, name, arguments),
        }
    }

    fn list_search(&mut self, list: &Rc<List>, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (name, arguments) {
            ("contains", [value]) => Ok(Value::Bool(self.find(list, value)?.is_some())),
            ("indexOf", [value]) => Ok(self.find(list, value)?.map_or(Value::Int(-1), int)),
            ("lastIndexOf", [value]) => {
                let items = list.items.borrow().clone();
                self.charge_steps(items.len() / 16)?;
                for (at, item) in items.iter().enumerate().rev() {
                    if self.same(item, value)? {
                        return Ok(int(at));
                    }
                }
                Ok(Value::Int(-1))
            }
            ("containsAll", [Value::List(other)]) => {
                for item in other.items.borrow().iter() {
                    if self.find(list, item)?.is_none() {
                        return Ok(Value::Bool(false));
                    }
                }
                Ok(Value::Bool(true))
            }
            ("removeAll" | "retainAll", [Value::List(other)]) => {
                let (items, kept_if) = (list.items.borrow().clone(), name == "retainAll");
                let mut kept = Vec::with_capacity(items.len());
                for item in &items {
                    if self.find(other, item)?.is_some() == kept_if {
                        kept.push(item.clone());
                    }
                }
                let changed = kept.len() != items.len();
                list.items.replace(kept);
                Ok(Value::Bool(changed))
            }
            _ => Ok(Value::Null),
        }
    }

    fn find(&mut self, list: &List, value: &Value) -> Outcome<Option<usize>> {
        self.charge_steps(1)?;
        for (at, item) in list.items.borrow().iter().enumerate() {
            if self.same(item, value)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn insert(&mut self, list: &List, at: i64, value: &Value) -> Outcome<Value> {
        self.charge_memory(VALUE_BYTES)?;
        let mut items = list.items.borrow_mut();
        self.charge_steps(items.len() / 1024)?;
        match usize::try_from(at).ok().filter(|at| *at <= items.len()) {
            Some(at) => {
                items.insert(at, value.clone());
                Ok(Value::Null)
            }
            None => {
                drop(items);
                Err(out_of_bounds("add", at, list))
            }
        }
    }

    fn remove_at(&mut self, list: &List, at: i64) -> Outcome<Value> {
        let length = list.items.borrow().len();
        self.charge_steps(length / 1024)?;
        match usize::try_from(at).ok().filter(|at| *at < length) {
            Some(at) => Ok(list.items.borrow_mut().remove(at)),
            None => Err(out_of_bounds("remove", at, list)),
        }
    }

    /// `addAll`, at the end or at an index.
    fn add_all(&mut self, list: &List, at: Option<i64>, other: &Value) -> Outcome<Value> {
        let added: Vec<Value> = match other {
            Value::List(other) => other.items.borrow().clone(),
            _ => return Ok(Value::Null),
        };
        let length = list.items.borrow().len();
        self.charge_memory(added.len() * VALUE_BYTES)?;
        self.charge_steps((added.len() + length) / 1024)?;
        let place = at.map_or(Some(length), |at| usize::try_from(at).ok().filter(|at| *at <= length));
        let place = place.ok_or_else(|| out_of_bounds("addAll", at.unwrap_or_default(), list))?;
        let changed = !added.is_empty();
        list.items.borrow_mut().splice(place..place, added);
        Ok(Value::Bool(changed))
    }

    fn sub_list(&mut self, list: &List, from: i64, to: i64) -> Outcome<Value> {
        let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
        let items = range.and_then(|(from, to)| list.items.borrow().get(from..to).map(<[Value]>::to_vec));
        match items {
            Some(items) => self.new_list(list.style, items),
            None => Err(out_of_bounds("subList", to, list)),
        }
    }
}

fn out_of_bounds(method: &str, index: i64, list: &List) -> RenderError {
    RenderError::method(method, format!("Index: {index}, Size: {}", list.items.borrow().len()))
}
