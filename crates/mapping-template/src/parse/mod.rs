//! The parser: Velocity 1.7's grammar by recursive descent, with its whitespace rules.
//!
//! `)` of a directive, `#else` and `#end` swallow blanks and one line end after them; nothing before a directive is
//! swallowed. Both are as API Gateway was seen to do.

mod cursor;
mod directive;
mod expression;
mod reference;

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::{Base, Block, Node};
use crate::limits::{CompileError, MAX_NESTING, MAX_SOURCE_BYTES};
use cursor::Cursor;

/// What one template's parsing collects besides its nodes.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    slots: HashMap<String, usize>,
    /// The blocks of `#define`.
    pub blocks: Vec<Block>,
}

impl Symbols {
    /// How many variables the template names.
    pub(crate) fn slot_count(&self) -> usize {
        self.slots.len()
    }

    fn slot(&mut self, name: &str) -> usize {
        let next = self.slots.len();
        *self.slots.entry(name.to_owned()).or_insert(next)
    }

    fn base(&mut self, name: &str) -> Base {
        match name {
            "input" => Base::Input,
            "util" => Base::Util,
            "context" => Base::Context,
            "stageVariables" => Base::StageVariables,
            "foreach" => Base::Foreach,
            "velocityCount" => Base::VelocityCount,
            "velocityHasNext" => Base::VelocityHasNext,
            _ => Base::Slot(self.slot(name)),
        }
    }
}

/// Parses a whole template.
pub(crate) fn parse(source: &str) -> Result<(Block, Symbols), CompileError> {
    if source.len() > MAX_SOURCE_BYTES {
        let message = format!("the mapping template is longer than {MAX_SOURCE_BYTES} bytes");
        return Err(CompileError { message, line: 1, column: 1 });
    }
    let mut symbols = Symbols::default();
    let mut parser = Parser { cursor: Cursor::new(source), symbols: &mut symbols, depth: 0 };
    let block = parser.whole().map_err(|fault| fault.locate(source))?;
    Ok((block, symbols))
}

/// An error with its byte offset, before line and column are counted.
#[derive(Debug)]
struct Fault {
    message: String,
    at: usize,
}

impl Fault {
    fn locate(self, source: &str) -> CompileError {
        let before = source.get(..self.at.min(source.len())).unwrap_or(source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        CompileError { message: self.message, line, column }
    }
}

type Parsed<T> = Result<T, Fault>;

/// What a block ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terminator {
    EndOfSource,
    End,
    Else,
    ElseIf,
}

struct Parser<'s, 'y> {
    cursor: Cursor<'s>,
    symbols: &'y mut Symbols,
    depth: usize,
}

impl Parser<'_, '_> {
    fn whole(&mut self) -> Parsed<Block> {
        let start = self.cursor.pos();
        match self.block()? {
            (block, Terminator::EndOfSource) => Ok(block),
            (_, found) => {
                let word = match found {
                    Terminator::Else => "#else",
                    Terminator::ElseIf => "#elseif",
                    _ => "#end",
                };
                let at = self.cursor.last_directive().max(start);
                Err(Fault { message: format!("{word} without a directive it belongs to"), at })
            }
        }
    }

    fn fault<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(Fault { message: message.into(), at: self.cursor.pos() })
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return self.fault("the template nests too deeply");
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Nodes up to the end of the source or a directive that closes the block.
    fn block(&mut self) -> Parsed<(Block, Terminator)> {
        self.deeper(|parser| {
            let mut nodes = Builder::default();
            loop {
                nodes.text(parser.cursor.take_text());
                let found = match parser.cursor.peek() {
                    None => Some(Terminator::EndOfSource),
                    Some('\\') => parser.backslashes(&mut nodes)?,
                    Some('$') => parser.dollar(&mut nodes)?,
                    _ => parser.hash(&mut nodes)?,
                };
                if let Some(terminator) = found {
                    return Ok((nodes.finish(), terminator));
                }
            }
        })
    }

    /// A run of backslashes escapes only a reference or a known directive right after it: half of them are printed,
    /// and an odd one prints what follows as it is written.
    fn backslashes(&mut self, nodes: &mut Builder) -> Parsed<Option<Terminator>> {
        let run = self.cursor.take_while(|c| c == '\\');
        let literal = run.len() % 2 == 1;
        let half = run.get(..run.len() / 2).unwrap_or_default();
        if self.cursor.at_reference() {
            nodes.text(half);
            if literal {
                let from = self.cursor.pos();
                self.reference()?;
                nodes.text(self.cursor.since(from));
            }
        } else if let Some(length) = self.cursor.at_known_directive() {
            nodes.text(half);
            if literal {
                nodes.text(self.cursor.take_bytes(length));
            }
        } else {
            nodes.text(run);
        }
        Ok(None)
    }

    fn dollar(&mut self, nodes: &mut Builder) -> Parsed<Option<Terminator>> {
        if self.cursor.at_reference() {
            let reference = self.reference()?;
            nodes.push(Node::Reference(Box::new(reference)));
        } else {
            nodes.text(self.cursor.take_bytes(1));
        }
        Ok(None)
    }
}

/// Nodes in the making; joins neighbouring text.
#[derive(Default)]
struct Builder {
    nodes: Block,
    text: String,
}

impl Builder {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn push(&mut self, node: Node) {
        self.flush();
        self.nodes.push(node);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.nodes.push(Node::Text(std::mem::take(&mut self.text).into_boxed_str()));
        }
    }

    fn finish(mut self) -> Block {
        self.flush();
        self.nodes
    }
}

/// Shared, cheaply cloned text.
fn shared(text: &str) -> Arc<str> {
    Arc::from(text)
}
