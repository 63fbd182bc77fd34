//! References: `$x`, `$!x`, `${x}`, `$!{x}` with their properties, calls and indices.

use std::sync::Arc;

use super::{Parsed, Parser, cursor, shared};
use crate::ast::{Base, Expr, Reference, Segment};
use crate::jsonpath::JsonPath;

impl Parser<'_, '_> {
    /// A reference; the caller has looked that one begins here.
    pub(super) fn reference(&mut self) -> Parsed<Reference> {
        let from = self.cursor.pos();
        let _ = self.cursor.eat("$");
        let quiet = self.cursor.eat("!");
        let braced = self.cursor.eat("{");
        let Some(name) = self.cursor.take_identifier() else { return self.fault("expected a name after $") };
        let base = self.symbols.base(name);
        let segments = self.segments(base)?;
        if braced && !self.cursor.eat("}") {
            return self.fault("expected } to close the reference");
        }
        Ok(Reference { base, segments, quiet, source: self.cursor.since(from).into() })
    }

    fn segments(&mut self, base: Base) -> Parsed<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            if self.at_property() {
                let _ = self.cursor.eat(".");
                let name = self.cursor.take_identifier().unwrap_or_default();
                let segment = if self.cursor.rest().starts_with('(') {
                    Segment::Call(shared(name), self.arguments()?)
                } else {
                    Segment::Property(shared(name))
                };
                let first = segments.is_empty();
                segments.push(if first { precompiled(base, segment) } else { segment });
            } else if self.at_index() {
                segments.push(self.index()?);
            } else {
                return Ok(segments);
            }
        }
    }

    fn at_property(&self) -> bool {
        self.cursor.rest().strip_prefix('.').is_some_and(|rest| cursor::identifier_length(rest) > 0)
    }

    /// `[` begins an index only before something that can be one; otherwise it is text.
    fn at_index(&self) -> bool {
        let Some(rest) = self.cursor.rest().strip_prefix('[') else { return false };
        let mut inside = rest.trim_start_matches([' ', '\t']).chars();
        match inside.next() {
            Some('"' | '\'' | '$' | '0'..='9') => true,
            Some('-') => inside.next().is_some_and(|c| c.is_ascii_digit()),
            _ => false,
        }
    }

    fn index(&mut self) -> Parsed<Segment> {
        let _ = self.cursor.eat("[");
        let index = self.expression()?;
        self.cursor.skip_space();
        if !self.cursor.eat("]") {
            return self.fault("expected ] to close the index");
        }
        Ok(Segment::Index(index))
    }

    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        let _ = self.cursor.eat("(");
        self.list_until(")")
    }

    /// Expressions separated by commas, up to and with `close`.
    pub(super) fn list_until(&mut self, close: &str) -> Parsed<Vec<Expr>> {
        let mut items = Vec::new();
        self.cursor.skip_space();
        if self.cursor.eat(close) {
            return Ok(items);
        }
        loop {
            items.push(self.expression()?);
            self.cursor.skip_space();
            if self.cursor.eat(close) {
                return Ok(items);
            }
            if !self.cursor.eat(",") {
                return self.fault(format!("expected , or {close}"));
            }
        }
    }
}

/// `$input.json('$.x')` with a good constant path becomes a compiled one; a bad one is left to fail when it is run.
fn precompiled(base: Base, segment: Segment) -> Segment {
    let Segment::Call(name, arguments) = &segment else { return segment };
    let ([Expr::Text(path)], Base::Input) = (arguments.as_slice(), base) else { return segment };
    match (&**name, JsonPath::compile(path)) {
        ("json", Ok(path)) => Segment::InputJson(Arc::new(path)),
        ("path", Ok(path)) => Segment::InputPath(Arc::new(path)),
        _ => segment,
    }
}
