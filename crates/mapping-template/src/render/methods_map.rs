//! `java.util.Map`'s methods.

use std::rc::Rc;
use std::sync::Arc;

use super::references::int;
use super::{ENTRY_BYTES, Outcome, Renderer};
use crate::value::{Map, Value};

impl Renderer<'_, '_> {
    pub(super) fn map_method(&mut self, map: &Rc<Map>, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match arguments {
            [] => self.whole_map_method(map, name),
            [Value::Map(other)] if name == "putAll" => self.put_all(map, other),
            [value] if name == "containsValue" => self.contains_value(map, value),
            [key] => {
                let key = self.text_of(key)?;
                Ok(match name {
                    "get" => map.entries.borrow().get(&key).cloned().unwrap_or(Value::Null),
                    "containsKey" => Value::Bool(map.entries.borrow().get(&key).is_some()),
                    "remove" => map.entries.borrow_mut().remove(&key).unwrap_or(Value::Null),
                    _ => Value::Null,
                })
            }
            [key, value] => {
                let key = self.text_of(key)?;
                self.keyed_map_method(map, name, key, value)
            }
            [key, old, new] if name == "replace" => {
                let key = self.text_of(key)?;
                let replaced = self.maps_to(map, &key, old)?;
                if replaced {
                    self.put(map, key, new.clone())?;
                }
                Ok(Value::Bool(replaced))
            }
            _ => Ok(Value::Null),
        }
    }

    /// Whether the key has this very value.
    fn maps_to(&mut self, map: &Map, key: &str, value: &Value) -> Outcome<bool> {
        let present = map.entries.borrow().get(key).cloned();
        present.map_or(Ok(false), |present| self.same(&present, value))
    }

    fn whole_map_method(&mut self, map: &Rc<Map>, name: &str) -> Outcome<Value> {
        let items: Vec<(Arc<str>, Value)> = match name {
            "size" => return Ok(int(map.entries.borrow().len())),
            "isEmpty" => return Ok(Value::Bool(map.entries.borrow().len() == 0)),
            "clear" => {
                map.entries.take();
                return Ok(Value::Null);
            }
            "keySet" | "values" | "entrySet" => {
                map.entries.borrow().iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()
            }
            _ => return Ok(Value::Null),
        };
        let items = match name {
            "keySet" => items.into_iter().map(|(key, _)| Value::Text(key)).collect(),
            "values" => items.into_iter().map(|(_, value)| value).collect(),
            _ => items.into_iter().map(|(key, value)| self.new_entry(map, key, value)).collect::<Outcome<Vec<_>>>()?,
        };
        self.java_list(items)
    }

    fn keyed_map_method(&mut self, map: &Map, name: &str, key: Arc<str>, value: &Value) -> Outcome<Value> {
        let present = map.entries.borrow().get(&key).cloned();
        match name {
            "getOrDefault" => Ok(present.unwrap_or_else(|| value.clone())),
            "put" => self.put(map, key, value.clone()),
            "putIfAbsent" => match present {
                Some(present) if !present.is_null() => Ok(present),
                _ => self.put(map, key, value.clone()),
            },
            "remove" => {
                let removed = self.maps_to(map, &key, value)?;
                if removed {
                    map.entries.borrow_mut().remove(&key);
                }
                Ok(Value::Bool(removed))
            }
            "replace" if present.is_some() => self.put(map, key, value.clone()),
            _ => Ok(Value::Null),
        }
    }

    /// Gives what the key had before.
    pub(super) fn put(&mut self, map: &Map, key: Arc<str>, value: Value) -> Outcome<Value> {
        self.charge_memory(ENTRY_BYTES)?;
        Ok(map.entries.borrow_mut().put(key, value).unwrap_or(Value::Null))
    }

    fn put_all(&mut self, map: &Map, other: &Map) -> Outcome<Value> {
        let added: Vec<_> =
            other.entries.borrow().iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect();
        self.charge_steps(added.len() / 16)?;
        for (key, value) in added {
            self.put(map, key, value)?;
        }
        Ok(Value::Null)
    }

    fn contains_value(&mut self, map: &Map, wanted: &Value) -> Outcome<Value> {
        for (_, value) in map.entries.borrow().iter() {
            if self.same(value, wanted)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }
}
