//! XML documents, walked by shape. Namespaces are not looked at: clients differ in them.

use aws_types::schema::{Kind, List, Location, Map, Member, Shape, Structure};
use aws_types::wire::{Fields, Value};

use crate::fault::Mismatch;
use crate::xml::Element;
use crate::{MAX_DEPTH, scalar};

/// Reads the body members of a structure.
pub fn structure(shape: &'static Structure, element: &Element, depth: usize) -> Result<Fields, Mismatch> {
    if depth > MAX_DEPTH {
        return Err(Mismatch::DEPTH);
    }
    let mut read = Fields::new();
    for member in shape.members.iter().filter(|member| member.location == Location::Body) {
        if let Some(value) = member_of(member, element, depth + 1)? {
            read.insert(member.name.to_owned(), value);
        }
    }
    if shape.union && read.len() > 1 {
        return Err(Mismatch::UNION);
    }
    Ok(read)
}

fn member_of(member: &'static Member, element: &Element, depth: usize) -> Result<Option<Value>, Mismatch> {
    if member.xml_attribute {
        return element.attribute(member.wire_name()).map(|text| scalar::read(member.shape, text)).transpose();
    }
    match &member.shape.kind {
        Kind::List(list) if list.flattened || member.flattened => {
            let name = list.location_name.unwrap_or(member.wire_name());
            let items =
                element.children.iter().filter(|c| c.local_name() == member.wire_name() || c.local_name() == name);
            let items = items.map(|child| value_of(list.member, child, depth)).collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        Kind::Map(map) if map.flattened || member.flattened => {
            let entries = element.children.iter().filter(|child| child.local_name() == member.wire_name());
            let entries = entries_of(map, entries, depth)?;
            Ok((!entries.is_empty()).then_some(Value::Object(entries)))
        }
        _ => element.child(member.wire_name()).map(|child| value_of(member.shape, child, depth)).transpose(),
    }
}

/// Reads the value of one element.
pub fn value_of(shape: &'static Shape, element: &Element, depth: usize) -> Result<Value, Mismatch> {
    match &shape.kind {
        Kind::Structure(structure_shape) => structure(structure_shape, element, depth).map(Value::Object),
        Kind::List(list) => list_of(list, element, depth),
        Kind::Map(map) => {
            let entries = element.children.iter().filter(|child| child.local_name() == "entry");
            entries_of(map, entries, depth).map(Value::Object)
        }
        // An element with children is no scalar.
        _ if !element.children.is_empty() => Err(Mismatch::STRUCTURE),
        _ => scalar::read(shape, &element.text),
    }
}

fn list_of(list: &'static List, element: &Element, depth: usize) -> Result<Value, Mismatch> {
    let name = list.location_name.unwrap_or("member");
    let items = element.children.iter().filter(|child| child.local_name() == name);
    Ok(Value::Array(items.map(|child| value_of(list.member, child, depth + 1)).collect::<Result<_, _>>()?))
}

fn entries_of<'a>(
    map: &'static Map,
    elements: impl Iterator<Item = &'a Element>,
    depth: usize,
) -> Result<Fields, Mismatch> {
    let mut entries = Fields::new();
    for element in elements {
        let key = element.child(map.key_name.unwrap_or("key"));
        let value = element.child(map.value_name.unwrap_or("value"));
        if let (Some(key), Some(value)) = (key, value) {
            entries.insert(key.text.clone(), value_of(map.value, value, depth + 1)?);
        }
    }
    Ok(entries)
}
