//! Exclusive XML Canonicalization 1.0, without comments: the bytes of an element that a signature is over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::tree::{Element, Node, XmlAttribute};
use crate::{Refusal, Result};

/// The most bytes that are written: long namespaces, declared once, are written at each element that uses them.
const MAX_CANONICAL: usize = 2 * 1024 * 1024;

/// Writes an element, without one of its descendants (the enveloped signature). `inclusive` holds the prefixes of an
/// `InclusiveNamespaces`, the default namespace as the empty one.
///
/// # Errors
/// `Bounds`.
pub fn exclusive(element: &Element, inclusive: &BTreeSet<&str>, without: Option<&Element>) -> Result<Vec<u8>> {
    let mut writer = Writer { out: String::new(), inclusive, without };
    writer.element(element, &BTreeMap::new())?;
    Ok(writer.out.into_bytes())
}

struct Writer<'a> {
    out: String,
    inclusive: &'a BTreeSet<&'a str>,
    without: Option<&'a Element>,
}

/// Prefixes that the elements around have written, with their namespaces.
type Written<'t> = BTreeMap<&'t str, &'t Arc<str>>;

impl Writer<'_> {
    fn element<'t>(&mut self, element: &'t Element, around: &Written<'t>) -> Result<()> {
        if self.without.is_some_and(|without| std::ptr::eq(without, element)) {
            return Ok(());
        }
        self.out.push('<');
        self.name(&element.prefix, &element.local);
        let written = self.namespaces(element, around)?;
        let mut attributes: Vec<&XmlAttribute> = element.attributes.iter().collect();
        attributes.sort_by_key(|attribute| (&attribute.namespace, &attribute.local));
        for attribute in attributes {
            self.out.push(' ');
            self.name(&attribute.prefix, &attribute.local);
            self.value(&attribute.value);
        }
        self.out.push('>');
        for node in &element.children {
            match node {
                Node::Element(child) => self.element(child, &written)?,
                Node::Text(text) => self.text(text),
            }
            self.check()?;
        }
        self.out.push_str("</");
        self.name(&element.prefix, &element.local);
        self.out.push('>');
        self.check()
    }

    /// Those that the element or its attributes use, and those asked for, where the elements around did not write them.
    fn namespaces<'t>(&mut self, element: &'t Element, around: &Written<'t>) -> Result<Written<'t>> {
        let mut wanted: BTreeSet<&str> = element.attributes.iter().map(|attribute| &*attribute.prefix).collect();
        if !self.inclusive.contains("") {
            wanted.remove("");
        }
        wanted.extend(self.inclusive);
        wanted.insert(&element.prefix);
        wanted.remove("xml");
        let mut written = around.clone();
        for prefix in wanted {
            let meant = element.scope.get_key_value(prefix);
            let before = around.get(prefix).map_or("", |namespace| namespace);
            let now = meant.map_or("", |(_, namespace)| namespace);
            if before == now || (now.is_empty() && !prefix.is_empty()) {
                continue;
            }
            self.out.push_str(" xmlns");
            if !prefix.is_empty() {
                self.out.push(':');
                self.out.push_str(prefix);
            }
            self.value(now);
            match meant {
                Some((prefix, namespace)) => written.insert(prefix, namespace),
                None => written.remove(prefix),
            };
            self.check()?;
        }
        Ok(written)
    }

    fn name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
    }

    fn value(&mut self, value: &str) {
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#x9;"),
                '\n' => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#xD;"),
                _ => self.out.push(c),
            }
        }
    }

    const fn check(&self) -> Result<()> {
        if self.out.len() > MAX_CANONICAL { Err(Refusal::Bounds("canonical bytes")) } else { Ok(()) }
    }
}
