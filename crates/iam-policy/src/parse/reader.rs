//! Walking the JSON of a document while remembering where one is.

use crate::document::{MAX_VALUE_BYTES, Position};
use crate::error::{Fault, PolicyError};
use crate::json::{Node, Value};

/// A value and the path to it.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    document: &'a str,
    node: &'a Node,
    path: String,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(document: &'a str, node: &'a Node) -> Self {
        Self { document, node, path: String::new() }
    }

    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    pub(super) fn error(&self, fault: Fault) -> PolicyError {
        PolicyError::new(fault, self.path.clone(), Position::of(self.document, self.node.start))
    }

    pub(super) fn text(&self) -> Result<&'a str, PolicyError> {
        match &self.node.value {
            Value::Text(text) if text.len() > MAX_VALUE_BYTES => Err(self.error(Fault::TooLarge)),
            Value::Text(text) => Ok(text),
            _ => Err(self.error(Fault::Syntax)),
        }
    }

    /// The members of a list, or the value itself where it is none.
    pub(super) fn one_or_many(&self) -> Vec<Self> {
        match &self.node.value {
            Value::List(nodes) => nodes
                .iter()
                .enumerate()
                .map(|(index, node)| Self { document: self.document, node, path: format!("{}[{index}]", self.path) })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// The members of an object, in order.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, PolicyError> {
        let Value::Object(members) = &self.node.value else { return Err(self.error(Fault::Syntax)) };
        let dot = if self.path.is_empty() { "" } else { "." };
        let cursor = |name: &str, node: &'a Node| Self {
            document: self.document,
            node,
            path: format!("{}{dot}{name}", self.path),
        };
        Ok(members.iter().map(|(name, node)| (name.as_str(), cursor(name, node))).collect())
    }
}

/// An object whose names are known.
pub(super) struct Object<'a> {
    members: Vec<(&'a str, Cursor<'a>)>,
}

impl<'a> Object<'a> {
    pub(super) fn new(cursor: &Cursor<'a>, known: &[&str]) -> Result<Self, PolicyError> {
        let members = cursor.members()?;
        match members.iter().find(|(name, _)| !known.contains(name)) {
            Some((_, unknown)) => Err(unknown.error(Fault::Syntax)),
            None => Ok(Self { members }),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Cursor<'a>> {
        self.members.iter().find(|(member, _)| *member == name).map(|(_, cursor)| cursor)
    }
}
