//! From JSON to a compiled policy: which elements there are, which each kind must and must not have ("Grammar of the
//! IAM JSON policy language").

mod condition;
mod names;
mod reader;
mod statement;

use std::collections::BTreeSet;

use crate::document::{MAX_DOCUMENT_BYTES, MAX_STATEMENTS, Position, Walk};
use crate::error::{Fault, PolicyError};
use crate::json::{self, Node, Value};
use crate::policy::{Policy, PolicyKind, Statement, Version};
use crate::statements::Statements;

use reader::{Cursor, Object};

pub(crate) fn policy(document: &str, kind: PolicyKind) -> Result<Policy, PolicyError> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(PolicyError::new(Fault::TooLarge, String::new(), Position::default()));
    }
    let root = json::parse(document).map_err(|error| {
        let fault = if error.duplicate_name { Fault::DuplicateName } else { Fault::NotJson };
        PolicyError::new(fault, String::new(), Position::of(document, error.at))
    })?;
    let cursor = Cursor::new(document, &root);
    if !matches!(root.value, Value::Object(_)) {
        return Err(cursor.error(Fault::NotJson));
    }
    let object = Object::new(&cursor, &["Version", "Id", "Statement"])?;
    let version = match object.get("Version") {
        None => Version::V2008,
        Some(version) => match version.text()? {
            "2008-10-17" => Version::V2008,
            "2012-10-17" => Version::V2012,
            _ => return Err(version.error(Fault::Syntax)),
        },
    };
    let id = object.get("Id").map(|id| id.text().map(str::to_owned)).transpose()?;
    let missing = if needs_principal(kind) { Fault::Missing("Statement") } else { Fault::Syntax };
    let list = object.get("Statement").ok_or_else(|| cursor.error(missing))?;
    let statements = list.one_or_many();
    if statements.is_empty() {
        return Err(list.error(Fault::Syntax));
    }
    if statements.len() > MAX_STATEMENTS {
        return Err(list.error(Fault::TooLarge));
    }
    let mut building = Building::default();
    for (index, cursor) in statements.iter().enumerate() {
        building.add(index, cursor, kind, version)?;
    }
    let mut walk = Walk::new(document);
    Ok(Policy {
        kind,
        version,
        id,
        statements: Statements::new(building.statements),
        places: statements.iter().map(|statement| span(&mut walk, statement.node())).collect(),
        context_keys: building.context_keys.into_boxed_slice(),
    })
}

fn span(walk: &mut Walk<'_>, node: &Node) -> (Position, Position) {
    (walk.to(node.start), walk.to(node.end))
}

/// Whether a kind of policy says whom it means, rather than being attached to them.
fn needs_principal(kind: PolicyKind) -> bool {
    match kind {
        PolicyKind::Resource | PolicyKind::Trust | PolicyKind::VpcEndpoint => true,
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => false,
    }
}

#[derive(Default)]
struct Building {
    statements: Vec<Statement>,
    sids: BTreeSet<Box<str>>,
    context_keys: Vec<Box<str>>,
    known_keys: BTreeSet<String>,
}

impl Building {
    fn add(
        &mut self,
        index: usize,
        cursor: &Cursor<'_>,
        kind: PolicyKind,
        version: Version,
    ) -> Result<(), PolicyError> {
        let parsed = statement::statement(index, cursor, kind, version)?;
        if let Some(sid) = &parsed.statement.sid
            && !self.sids.insert(sid.clone())
        {
            return Err(cursor.error(Fault::DuplicateSid));
        }
        for key in parsed.keys {
            if self.known_keys.insert(key.to_ascii_lowercase()) {
                self.context_keys.push(key);
            }
        }
        self.statements.push(parsed.statement);
        Ok(())
    }
}

/// Text of a value that may be written as string, number or truth value.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::List(_) | Value::Object(_) => None,
    }
}
