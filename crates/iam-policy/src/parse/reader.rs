//! Walking the JSON of a document while remembering where one is.

use crate::document::{MAX_VALUE_BYTES, Position};
use crate::error::{Fault, PolicyError};
use crate::json::{Node, Value};

/// Longest part of a path, in characters.
const MAX_NAME: usize = 128;

/// A value of a document.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    document: &'a str,
    root: &'a Node,
    node: &'a Node,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(document: &'a str, root: &'a Node) -> Self {
        Self { document, root, node: root }
    }

    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    fn at(&self, node: &'a Node) -> Self {
        Self { node, ..*self }
    }

    pub(super) fn error(&self, fault: Fault) -> PolicyError {
        PolicyError::new(fault, path(self.root, self.node), Position::of(self.document, self.node.start))
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
            Value::List(nodes) => nodes.iter().map(|node| self.at(node)).collect(),
            _ => vec![*self],
        }
    }

    /// The members of an object, in order.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, PolicyError> {
        let Value::Object(members) = &self.node.value else { return Err(self.error(Fault::Syntax)) };
        Ok(members.iter().map(|(name, node)| (name.as_str(), self.at(node))).collect())
    }
}

/// The way from the root to a value, found only once something is wrong with it.
fn path(root: &Node, wanted: &Node) -> String {
    let mut path = String::new();
    let mut here = root;
    let holds = |node: &Node| node.start <= wanted.start && wanted.end <= node.end;
    while !std::ptr::eq(here, wanted) {
        let step = match &here.value {
            Value::List(nodes) => {
                let found = nodes.iter().enumerate().find(|(_, node)| holds(node));
                found.map(|(index, node)| (format!("[{index}]"), node))
            }
            Value::Object(members) => {
                let dot = if path.is_empty() { "" } else { "." };
                let found = members.iter().find(|(_, node)| holds(node));
                found.map(|(name, node)| (format!("{dot}{}", name.chars().take(MAX_NAME).collect::<String>()), node))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
        };
        let Some((step, node)) = step else { break };
        path.push_str(&step);
        here = node;
    }
    path
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
