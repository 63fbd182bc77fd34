//! Values to XML by shape.

use aws_types::schema::{Kind, List, Location, Map, Member, Shape, Structure};
use aws_types::wire::{Fields, Value};

use crate::scalar::{self, Moments};
use crate::xml::Writer;

/// Writes the members of a structure inside the element that is open.
pub fn structure(shape: &'static Structure, fields: &Fields, moments: Moments, out: &mut Writer) {
    for member in shape.members.iter().filter(|member| member.location == Location::Body && !member.xml_attribute) {
        if let Some(value) = fields.get(member.name).filter(|value| !value.is_null()) {
            member_of(member, value, moments, out);
        }
    }
}

fn member_of(member: &'static Member, value: &Value, moments: Moments, out: &mut Writer) {
    match (&member.shape.kind, value) {
        (Kind::List(list), Value::Array(items)) if list.flattened || member.flattened => {
            let name = list.location_name.unwrap_or(member.wire_name());
            items.iter().for_each(|item| value_of(name, list.member, item, moments, out));
        }
        (Kind::Map(map), Value::Object(entries)) if map.flattened || member.flattened => {
            entries_of(member.wire_name(), map, entries, moments, out);
        }
        _ => value_of(member.wire_name(), member.shape, value, moments, out),
    }
}

/// Writes an element.
pub fn value_of(name: &str, shape: &'static Shape, value: &Value, moments: Moments, out: &mut Writer) {
    match (&shape.kind, value) {
        (Kind::Structure(structure_shape), Value::Object(fields)) => {
            let attributes = attributes(structure_shape, fields);
            let attributes: Vec<_> = attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            out.open(name, &attributes);
            structure(structure_shape, fields, moments, out);
            out.close(name);
        }
        (Kind::List(list), Value::Array(items)) => {
            out.open(name, &[]);
            list_of(list, items, moments, out);
            out.close(name);
        }
        (Kind::Map(map), Value::Object(entries)) => {
            out.open(name, &[]);
            entries_of("entry", map, entries, moments, out);
            out.close(name);
        }
        _ => {
            if let Some(text) = scalar::write(shape, value, moments) {
                out.leaf(name, &text);
            }
        }
    }
}

fn list_of(list: &'static List, items: &[Value], moments: Moments, out: &mut Writer) {
    let name = list.location_name.unwrap_or("member");
    items.iter().for_each(|item| value_of(name, list.member, item, moments, out));
}

fn entries_of(name: &str, map: &'static Map, entries: &Fields, moments: Moments, out: &mut Writer) {
    for (key, value) in entries {
        out.open(name, &[]);
        out.leaf(map.key_name.unwrap_or("key"), key);
        value_of(map.value_name.unwrap_or("value"), map.value, value, moments, out);
        out.close(name);
    }
}

/// The declared namespace and the attribute members.
pub fn attributes(shape: &'static Structure, fields: &Fields) -> Vec<(String, String)> {
    let namespace = shape.xml_namespace.map(|namespace| {
        let name = namespace.prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
        (name, namespace.uri.to_owned())
    });
    let members = shape.members.iter().filter(|member| member.xml_attribute).filter_map(|member| {
        let text = scalar::write(member.shape, fields.get(member.name)?, Moments::Iso8601)?;
        Some((member.wire_name().to_owned(), text))
    });
    namespace.into_iter().chain(members).collect()
}

/// Writes any JSON as an element: members of error documents have no shape.
pub fn shapeless(name: &str, value: &Value, out: &mut Writer) {
    match value {
        Value::Null => {}
        Value::String(text) => out.leaf(name, text),
        Value::Array(items) => items.iter().for_each(|item| shapeless(name, item, out)),
        Value::Object(fields) => {
            out.open(name, &[]);
            fields.iter().for_each(|(name, value)| shapeless(name, value, out));
            out.close(name);
        }
        other => out.leaf(name, &other.to_string()),
    }
}
