//! The values templates work with, in Java's guise: shared, mutable lists and maps.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Arc<str>),
    List(Rc<List>),
    Map(Rc<Map>),
    /// An entry of a map's `entrySet()`.
    Entry(Rc<Entry>),
    /// What `iterator()` gives.
    Iterator(Rc<ListIterator>),
    /// A block of `#define`; it lives in variables only and is rendered when read.
    Block(usize),
}

/// How a list prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListStyle {
    /// `[a, b]`, a list the template made.
    Java,
    /// `["a","b"]`, a list that came from JSON.
    Json,
}

#[derive(Debug)]
pub(crate) struct List {
    pub style: ListStyle,
    pub items: RefCell<Vec<Value>>,
}

impl List {
    /// The item at an index, counted from the end if negative.
    pub(crate) fn at(&self, index: i64) -> Option<Value> {
        let items = self.items.borrow();
        items.get(list_index(index, items.len())?).cloned()
    }

    /// Puts a value in an item's place; an index beyond the list has no effect.
    pub(crate) fn replace_at(&self, index: i64, value: Value) {
        let mut items = self.items.borrow_mut();
        if let Some(at) = list_index(index, items.len())
            && let Some(place) = items.get_mut(at)
        {
            *place = value;
        }
    }
}

fn list_index(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let index = if index < 0 { index.checked_add(length)? } else { index };
    usize::try_from(index).ok().filter(|_| index < length)
}

#[derive(Debug)]
pub(crate) struct Map {
    pub entries: RefCell<Entries>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub key: Arc<str>,
    pub value: RefCell<Value>,
    /// The map that `setValue` writes to.
    pub map: Rc<Map>,
}

/// A `java.util.Iterator` over a list that is still shared.
#[derive(Debug)]
pub(crate) struct ListIterator {
    pub list: Rc<List>,
    /// Where the next item is.
    pub next: Cell<usize>,
    /// Whether `remove()` has an item to take away: after `next()`, once.
    pub removable: Cell<bool>,
    /// How long the list must be: when it is not, somebody else has changed it.
    pub length: Cell<usize>,
}

impl Value {
    pub(crate) fn text(text: &str) -> Value {
        Value::Text(Arc::from(text))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Empties a container, so that neither cycles nor long chains outlive the rendering.
    pub(crate) fn dismantle(&self) {
        match self {
            Value::List(list) => drop(list.items.take()),
            Value::Map(map) => drop(map.entries.take()),
            Value::Entry(entry) => drop(entry.value.replace(Value::Null)),
            _ => {}
        }
    }
}

/// A map that keeps the order of insertion, as Java's LinkedHashMap.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    ordered: Vec<Option<(Arc<str>, Value)>>,
    index: BTreeMap<Arc<str>, usize>,
}

impl Entries {
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let at = *self.index.get(key)?;
        self.ordered.get(at)?.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn put(&mut self, key: Arc<str>, value: Value) -> Option<Value> {
        if let Some(at) = self.index.get(&key)
            && let Some(Some((_, slot))) = self.ordered.get_mut(*at)
        {
            return Some(std::mem::replace(slot, value));
        }
        self.index.insert(Arc::clone(&key), self.ordered.len());
        self.ordered.push(Some((key, value)));
        None
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.index.remove(key)?;
        let removed = self.ordered.get_mut(at)?.take().map(|(_, value)| value);
        if self.index.len() * 2 < self.ordered.len() {
            self.compact();
        }
        removed
    }

    fn compact(&mut self) {
        self.ordered.retain(Option::is_some);
        self.index = self.ordered.iter().flatten().enumerate().map(|(at, (key, _))| (Arc::clone(key), at)).collect();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        self.ordered.iter().flatten().map(|(key, value)| (key, value))
    }
}
