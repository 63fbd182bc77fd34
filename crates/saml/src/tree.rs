//! XML to one tree. A document type is refused, and with it every entity but the five predefined ones; so are processing
//! instructions and every encoding but UTF-8. Comments are left out and the text on both sides of one is one text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use crate::{Refusal, Result};

/// The namespace that the prefix `xml` always has.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// That of declarations, which nothing may bear.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
/// Most attributes of one element: each is compared with those before it.
const MAX_ATTRIBUTES: usize = 64;
/// Most prefixes in scope.
const MAX_PREFIXES: usize = 64;
/// Deepest nesting.
const MAX_DEPTH: usize = 48;

/// Prefixes in scope with their namespaces; the default namespace under the empty prefix. Shared among elements that
/// declare nothing.
pub type Scope = Arc<BTreeMap<Arc<str>, Arc<str>>>;

/// How much is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Elements in it.
    pub elements: usize,
}

/// An element.
#[derive(Debug)]
pub struct Element {
    /// Empty where it has none.
    pub prefix: Arc<str>,
    /// The name without its prefix.
    pub local: String,
    /// Empty where it has none.
    pub namespace: Arc<str>,
    /// In order; namespace declarations are not among them.
    pub attributes: Vec<XmlAttribute>,
    /// In order; no two texts follow each other.
    pub children: Vec<Node>,
    /// What prefixes mean here.
    pub scope: Scope,
}

/// An attribute.
#[derive(Debug)]
pub struct XmlAttribute {
    /// Empty where it has none.
    pub prefix: Arc<str>,
    /// The name without its prefix.
    pub local: String,
    /// Empty where it has no prefix.
    pub namespace: Arc<str>,
    /// Normalized, references resolved.
    pub value: String,
}

/// What elements hold.
#[derive(Debug)]
pub enum Node {
    /// An element.
    Element(Element),
    /// A text.
    Text(String),
}

impl Element {
    /// Whether it has this name.
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        &*self.namespace == namespace && self.local == local
    }

    /// Its child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Its children of a name.
    pub fn all<'a>(&'a self, namespace: &'a str, local: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |child| child.is(namespace, local))
    }

    /// Its one child of a name.
    ///
    /// # Errors
    /// `Malformed` where there are several.
    pub fn one<'a>(&'a self, namespace: &'a str, local: &'a str) -> Result<Option<&'a Self>> {
        let mut found = self.all(namespace, local);
        let first = found.next();
        if found.next().is_some() { Err(Refusal::Malformed("an element that must be alone")) } else { Ok(first) }
    }

    /// Its attribute of that name in no namespace.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| attribute.namespace.is_empty() && attribute.local == local);
        found.map(|attribute| attribute.value.as_str())
    }

    /// All its text.
    ///
    /// # Errors
    /// `Malformed` where it holds elements.
    pub fn text(&self) -> Result<&str> {
        match self.children.as_slice() {
            [] => Ok(""),
            [Node::Text(text)] => Ok(text),
            _ => Err(Refusal::Malformed("elements where text must be")),
        }
    }

    /// All text in it and in what it holds.
    pub fn deep_text(&self) -> String {
        let mut text = String::new();
        self.collect_text(&mut text);
        text
    }

    fn collect_text(&self, into: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => into.push_str(text),
                Node::Element(element) => element.collect_text(into),
            }
        }
    }

    /// Shows it and every element in it, with the element that holds it.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self, Option<&'a Self>) -> Result<()>) -> Result<()> {
        visit(self, None)?;
        self.visit_children(visit)
    }

    fn visit_children<'a>(&'a self, visit: &mut dyn FnMut(&'a Self, Option<&'a Self>) -> Result<()>) -> Result<()> {
        for child in self.elements() {
            visit(child, Some(self))?;
            child.visit_children(visit)?;
        }
        Ok(())
    }
}

/// Parses a document.
///
/// # Errors
/// `Xml` for what is not well-formed or of a kind that is not read, `Bounds`.
pub fn parse(document: &[u8], limits: Limits) -> Result<Element> {
    if document.len() > limits.bytes {
        return Err(Refusal::Bounds("bytes"));
    }
    let text = std::str::from_utf8(document).map_err(|_| Refusal::Xml("not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.chars().all(is_char) {
        return Err(Refusal::Xml("a character that XML does not know"));
    }
    let mut reader = Reader::from_str(text);
    let mut builder = Builder { open: Vec::new(), root: None, left: limits.elements, begun: false };
    loop {
        let event = reader.read_event().map_err(|_| Refusal::Xml("syntax"))?;
        if matches!(event, Event::Eof) {
            return builder.finish();
        }
        builder.event(event)?;
    }
}

/// XML 1.0, production 2.
const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

struct Builder {
    open: Vec<Element>,
    root: Option<Element>,
    left: usize,
    begun: bool,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) -> Result<()> {
        let begun = std::mem::replace(&mut self.begun, true);
        let syntax = |_| Refusal::Xml("text");
        match event {
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => {
                self.open(&start)?;
                self.close()
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text.xml10_content().map_err(syntax)?),
            Event::CData(_) if self.open.is_empty() => Err(Refusal::Xml("text outside the root")),
            Event::CData(text) => self.text(&text.xml10_content().map_err(syntax)?),
            Event::GeneralRef(_) if self.open.is_empty() => Err(Refusal::Xml("text outside the root")),
            Event::GeneralRef(reference) => self.text(resolve(utf8(&reference)?)?.encode_utf8(&mut [0; 4])),
            Event::Decl(declaration) if !begun => check_declaration(&declaration),
            Event::Comment(_) | Event::Eof => Ok(()),
            Event::Decl(_) => Err(Refusal::Xml("a declaration inside")),
            Event::DocType(_) => Err(Refusal::Xml("a document type")),
            Event::PI(_) => Err(Refusal::Xml("a processing instruction")),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<()> {
        self.left = self.left.checked_sub(1).ok_or(Refusal::Bounds("elements"))?;
        if self.open.len() >= MAX_DEPTH {
            return Err(Refusal::Bounds("depth"));
        }
        if self.root.is_some() {
            return Err(Refusal::Xml("two roots"));
        }
        let (mut declared, mut plain) = (BTreeMap::new(), Vec::new());
        for attribute in start.attributes() {
            if declared.len() + plain.len() == MAX_ATTRIBUTES {
                return Err(Refusal::Bounds("attributes"));
            }
            let attribute = attribute.map_err(|_| Refusal::Xml("attributes"))?;
            let (prefix, local) = split(utf8(attribute.key.as_ref())?)?;
            let value = attribute_value(utf8(&attribute.value)?)?;
            match (prefix, local) {
                ("", "xmlns") => declare(&mut declared, "", value)?,
                ("xmlns", prefix) => declare(&mut declared, prefix, value)?,
                _ => plain.push((prefix.to_owned(), local.to_owned(), value)),
            }
        }
        let scope = self.scope(declared)?;
        let name = start.name();
        let (prefix, local) = split(utf8(name.as_ref())?)?;
        let attributes = attributes(&scope, plain)?;
        let (prefix, namespace) = look_up(&scope, prefix)?;
        self.open.push(Element { prefix, local: local.to_owned(), namespace, attributes, children: Vec::new(), scope });
        Ok(())
    }

    fn scope(&self, declared: BTreeMap<Arc<str>, Arc<str>>) -> Result<Scope> {
        let outer = self.open.last().map(|element| Arc::clone(&element.scope)).unwrap_or_default();
        if declared.is_empty() {
            return Ok(outer);
        }
        let mut scope = (*outer).clone();
        scope.extend(declared);
        if scope.len() > MAX_PREFIXES { Err(Refusal::Bounds("prefixes")) } else { Ok(Arc::new(scope)) }
    }

    fn close(&mut self) -> Result<()> {
        let element = self.open.pop().ok_or(Refusal::Xml("an end without a start"))?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let Some(element) = self.open.last_mut() else {
            let blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
            return if blank { Ok(()) } else { Err(Refusal::Xml("text outside the root")) };
        };
        match element.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => element.children.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element> {
        if !self.open.is_empty() {
            return Err(Refusal::Xml("elements left open"));
        }
        self.root.ok_or(Refusal::Xml("no element"))
    }
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<()> {
    if !declaration.version().is_ok_and(|version| version.as_ref() == b"1.0") {
        return Err(Refusal::Xml("another version of XML"));
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case(b"utf-8") => Ok(()),
        Some(_) => Err(Refusal::Xml("another encoding than UTF-8")),
    }
}

fn declare(declared: &mut BTreeMap<Arc<str>, Arc<str>>, prefix: &str, uri: String) -> Result<()> {
    let reserved = prefix == "xmlns" || uri == XMLNS || (prefix == "xml") != (uri == XML);
    if reserved || (uri.is_empty() && !prefix.is_empty()) || declared.contains_key(prefix) {
        return Err(Refusal::Xml("a namespace declaration"));
    }
    declared.insert(prefix.into(), uri.into());
    Ok(())
}

fn attributes(scope: &Scope, plain: Vec<(String, String, String)>) -> Result<Vec<XmlAttribute>> {
    let (mut made, mut seen) = (Vec::with_capacity(plain.len()), BTreeSet::new());
    for (prefix, local, value) in plain {
        // The default namespace is not that of attributes.
        let (prefix, namespace) = if prefix.is_empty() { Default::default() } else { look_up(scope, &prefix)? };
        if !seen.insert((Arc::clone(&namespace), local.clone())) {
            return Err(Refusal::Xml("an attribute twice"));
        }
        made.push(XmlAttribute { prefix, local, namespace, value });
    }
    Ok(made)
}

fn look_up(scope: &Scope, prefix: &str) -> Result<(Arc<str>, Arc<str>)> {
    match scope.get_key_value(prefix) {
        Some((prefix, namespace)) => Ok((Arc::clone(prefix), Arc::clone(namespace))),
        None if prefix.is_empty() => Ok(Default::default()),
        None if prefix == "xml" => Ok((prefix.into(), XML.into())),
        None => Err(Refusal::Xml("a prefix without a namespace")),
    }
}

/// Prefix and local name.
fn split(name: &str) -> Result<(&str, &str)> {
    let (prefix, local) = name.split_once(':').map_or(("", name), |(prefix, local)| (prefix, local));
    if !name.starts_with(':') && is_name(local) && (prefix.is_empty() || is_name(prefix)) {
        Ok((prefix, local))
    } else {
        Err(Refusal::Xml("a name"))
    }
}

/// A name without colon, as far as ASCII goes; beyond it letters are not told from others.
fn is_name(name: &str) -> bool {
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii());
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') || !c.is_ascii())
}

/// XML 1.0, section 3.3.3: blanks become spaces, unless they are written as references.
fn attribute_value(raw: &str) -> Result<String> {
    let mut value = String::with_capacity(raw.len());
    let raw = raw.replace("\r\n", "\n");
    let mut rest = raw.as_str();
    while let Some((before, after)) = rest.split_once('&') {
        plain_value(before, &mut value)?;
        let (name, behind) = after.split_once(';').ok_or(Refusal::Xml("a reference"))?;
        value.push(resolve(name)?);
        rest = behind;
    }
    plain_value(rest, &mut value)?;
    Ok(value)
}

fn plain_value(raw: &str, into: &mut String) -> Result<()> {
    if raw.contains('<') {
        return Err(Refusal::Xml("a bracket in an attribute"));
    }
    into.extend(raw.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
    Ok(())
}

/// What stands between `&` and `;`.
fn resolve(name: &str) -> Result<char> {
    let digits = |digits: &str, radix: u32| {
        let strict = !digits.is_empty() && digits.len() <= 8 && digits.chars().all(|c| c.is_digit(radix));
        u32::from_str_radix(digits, radix).ok().filter(|_| strict).and_then(char::from_u32).filter(|c| is_char(*c))
    };
    let found = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(hex) => digits(hex, 16),
            None => name.strip_prefix('#').and_then(|decimal| digits(decimal, 10)),
        },
    };
    found.ok_or(Refusal::Xml("a reference"))
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Refusal::Xml("not UTF-8"))
}
