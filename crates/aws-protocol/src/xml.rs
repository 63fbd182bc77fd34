//! XML, as far as AWS's documents need it: elements, attributes, text. A document type is refused, and with it every
//! entity but the five predefined ones; depth and number of elements are bounded.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::MAX_DEPTH;

/// Most elements of a document. CompleteMultipartUpload with 10,000 parts of eight members needs 90,000.
const MAX_ELEMENTS: usize = 200_000;

/// Most attributes of one element.
const MAX_ATTRIBUTES: usize = 64;

/// Why a document is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not XML.
    #[error("not well-formed")]
    NotWellFormed,
    /// It uses what is refused, or is too big.
    #[error("refused: {0}")]
    Refused(&'static str),
}

impl From<quick_xml::Error> for Error {
    fn from(_: quick_xml::Error) -> Self {
        Self::NotWellFormed
    }
}

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// With its prefix.
    pub name: String,
    /// With their prefixes.
    pub attributes: Vec<(String, String)>,
    /// In order.
    pub children: Vec<Element>,
    /// All its text.
    pub text: String,
}

impl Element {
    /// The name without prefix.
    pub fn local_name(&self) -> &str {
        local(&self.name)
    }

    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.local_name() == name)
    }

    /// An attribute; the prefix does not matter.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| local(n) == local(name)).map(|(_, value)| value.as_str())
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Parses a document.
///
/// # Errors
/// What is not well-formed, not UTF-8, has a document type, or is beyond the bounds.
pub fn parse(document: &[u8]) -> Result<Element, Error> {
    let text = std::str::from_utf8(document).map_err(|_| Error::NotWellFormed)?;
    let mut reader = Reader::from_str(text);
    let mut builder = Builder::default();
    loop {
        match reader.read_event()? {
            Event::Start(start) => builder.open(&start)?,
            Event::Empty(start) => {
                builder.open(&start)?;
                builder.close()?;
            }
            Event::End(_) => builder.close()?,
            Event::Text(text) => builder.text(&text.xml10_content().map_err(|_| Error::NotWellFormed)?)?,
            Event::CData(text) => builder.text(&text.xml10_content().map_err(|_| Error::NotWellFormed)?)?,
            Event::GeneralRef(reference) => builder.text(entity(&reference)?.encode_utf8(&mut [0; 4]))?,
            Event::DocType(_) => return Err(Error::Refused("a document type")),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return builder.finish(),
        }
    }
}

#[derive(Default)]
struct Builder {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Builder {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Error> {
        self.elements += 1;
        if self.open.len() >= MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(Error::Refused("too deep or too many elements"));
        }
        if self.root.is_some() {
            return Err(Error::NotWellFormed);
        }
        let name = utf8(start.name().as_ref())?;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            // Each is compared with those before it.
            if attributes.len() == MAX_ATTRIBUTES {
                return Err(Error::Refused("too many attributes"));
            }
            let attribute = attribute.map_err(|_| Error::NotWellFormed)?;
            let value = attribute.unescape_value().map_err(|_| Error::NotWellFormed)?;
            attributes.push((utf8(attribute.key.as_ref())?, value.into_owned()));
        }
        self.open.push(Element { name, attributes, ..Element::default() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        let element = self.open.pop().ok_or(Error::NotWellFormed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Error> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
            None => return Err(Error::NotWellFormed),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, Error> {
        if self.open.is_empty() { self.root.ok_or(Error::NotWellFormed) } else { Err(Error::NotWellFormed) }
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Error> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Error::NotWellFormed)
}

fn entity(reference: &BytesRef<'_>) -> Result<char, Error> {
    if let Some(c) = reference.resolve_char_ref()? {
        return Ok(c);
    }
    match reference.decode().map_err(|_| Error::NotWellFormed)?.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(Error::Refused("an entity")),
    }
}

/// Writes a document.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// A document with its declaration.
    pub fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// Opens an element; attributes are names and values.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element with text.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.open(name, &[]);
        self.text(text);
        self.close(name);
    }

    /// Text. Control characters have no place in XML 1.0; as S3 does, they are written as references.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                '"' => self.0.push_str("&quot;"),
                '\n' | '\t' => self.0.push(c),
                c if c.is_control() || matches!(c, '\u{2028}' | '\u{fffe}' | '\u{ffff}') => {
                    self.0.push_str(&format!("&#x{:x};", u32::from(c)));
                }
                c => self.0.push(c),
            }
        }
    }

    /// The document.
    pub fn finish(self) -> String {
        self.0
    }
}
