//! awsQuery: `A.member.1.B=x` and its kin. The parameters become a tree, which is read by shape.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_types::AwsError;
use aws_types::schema::{Kind, List, Map, Member, ServiceModel, Shape, Structure};
use aws_types::wire::{Fields, Value};

use crate::fault::Mismatch;
use crate::{MAX_DEPTH, fault, scalar, uri};

/// Most pieces of all names together: each may become a node of the tree, which weighs many times its text.
const MAX_PIECES: usize = 100_000;

#[derive(Debug, Default)]
struct Node<'a> {
    value: Option<Cow<'a, str>>,
    children: BTreeMap<String, Node<'a>>,
}

/// Decodes the parameters of query and body.
pub fn input(model: &ServiceModel, input: &'static Structure, query: &str, body: &[u8]) -> Result<Value, AwsError> {
    let malformed_uri = |_| fault::malformed_uri(model);
    let body = std::str::from_utf8(body).map_err(|_| fault::malformed_uri(model))?;
    let mut root = Node::default();
    let mut pieces = 0;
    for (name, value) in
        uri::pairs(query).map_err(malformed_uri)?.into_iter().chain(uri::pairs(body).map_err(malformed_uri)?)
    {
        pieces += name.split('.').count();
        if pieces > MAX_PIECES {
            return Err(fault::malformed(model, "Too many parameters"));
        }
        insert(&mut root, &name, value).map_err(|Mismatch(message)| fault::malformed(model, message))?;
    }
    let read = structure(input, &root, 0).map_err(|Mismatch(message)| fault::malformed(model, message))?;
    Ok(Value::Object(read))
}

fn insert<'a>(root: &mut Node<'a>, name: &str, value: Cow<'a, str>) -> Result<(), Mismatch> {
    let mut node = root;
    for (depth, piece) in name.split('.').enumerate() {
        if depth > 2 * MAX_DEPTH {
            return Err(Mismatch::DEPTH);
        }
        node = node.children.entry(piece.to_owned()).or_default();
    }
    node.value = Some(value);
    Ok(())
}

fn structure(shape: &'static Structure, node: &Node<'_>, depth: usize) -> Result<Fields, Mismatch> {
    if depth > MAX_DEPTH {
        return Err(Mismatch::DEPTH);
    }
    let mut read = Fields::new();
    for member in shape.members {
        let Some(child) = node.children.get(wire_name(member)) else { continue };
        if let Some(value) = value_of(member.shape, member.flattened, child, depth + 1)? {
            read.insert(member.name.to_owned(), value);
        }
    }
    Ok(read)
}

/// A flattened list is named by its items where they have a name.
fn wire_name(member: &'static Member) -> &'static str {
    match &member.shape.kind {
        Kind::List(list) if list.flattened || member.flattened => list.location_name.unwrap_or(member.wire_name()),
        _ => member.wire_name(),
    }
}

fn value_of(shape: &'static Shape, flat: bool, node: &Node<'_>, depth: usize) -> Result<Option<Value>, Mismatch> {
    if depth > MAX_DEPTH {
        return Err(Mismatch::DEPTH);
    }
    match &shape.kind {
        Kind::Structure(structure_shape) => {
            structure(structure_shape, node, depth).map(|read| Some(Value::Object(read)))
        }
        Kind::List(list) => list_of(list, flat, node, depth).map(Some),
        Kind::Map(map) => map_of(map, flat, node, depth).map(Some),
        _ => node.value.as_deref().map(|text| scalar::read(shape, text)).transpose(),
    }
}

/// Children with numbers for names, by number.
fn numbered<'a, 'b>(node: &'a Node<'b>) -> Vec<&'a Node<'b>> {
    let mut items: Vec<(u32, &Node<'_>)> =
        node.children.iter().filter_map(|(name, child)| Some((name.parse().ok()?, child))).collect();
    items.sort_by_key(|(number, _)| *number);
    items.into_iter().map(|(_, child)| child).collect()
}

fn list_of(list: &'static List, flat: bool, node: &Node<'_>, depth: usize) -> Result<Value, Mismatch> {
    let wrapper =
        if flat || list.flattened { Some(node) } else { node.children.get(list.location_name.unwrap_or("member")) };
    let mut items = Vec::new();
    for item in wrapper.map(numbered).unwrap_or_default() {
        items.extend(value_of(list.member, false, item, depth + 1)?);
    }
    Ok(Value::Array(items))
}

fn map_of(map: &'static Map, flat: bool, node: &Node<'_>, depth: usize) -> Result<Value, Mismatch> {
    let wrapper = if flat || map.flattened { Some(node) } else { node.children.get("entry") };
    let mut entries = Fields::new();
    for entry in wrapper.map(numbered).unwrap_or_default() {
        let key = entry.children.get(map.key_name.unwrap_or("key")).and_then(|key| key.value.clone());
        let value = entry.children.get(map.value_name.unwrap_or("value"));
        let (Some(key), Some(value)) = (key, value) else { continue };
        if let Some(value) = value_of(map.value, false, value, depth + 1)? {
            entries.insert(key.into_owned(), value);
        }
    }
    Ok(Value::Object(entries))
}
