//! Everything that begins with `#`: comments, unparsed blocks and directives.
//!
//! API Gateway knows no macros: a `#macro` block prints nothing and calls print as they are written, like any
//! unknown directive. `#evaluate`, `#include` and `#parse` are refused. To add a directive, add its word to `hash` and to the cursor's list.

use super::{Builder, Fault, Parsed, Parser, Terminator};
use crate::ast::{Block, Expr, Foreach, Node, Reference, Segment};

/// Longest argument list that is looked at to print an unknown directive as it is written.
const MAX_UNKNOWN_BYTES: usize = 256;

impl Parser<'_, '_> {
    pub(super) fn hash(&mut self, nodes: &mut Builder) -> Parsed<Option<Terminator>> {
        self.cursor.mark_directive();
        if self.cursor.eat("##") {
            self.cursor.take_while(|c| c != '\n' && c != '\r');
            let _ = self.cursor.eat("\r\n") || self.cursor.eat("\n") || self.cursor.eat("\r");
            return Ok(None);
        }
        if self.cursor.eat("#*") {
            return self.cursor.take_through("*#").map(|_| None).ok_or_else(|| self.unclosed("#*"));
        }
        if self.cursor.eat("#[[") {
            let text = self.cursor.take_through("]]#").ok_or_else(|| self.unclosed("#[["))?;
            nodes.text(text);
            return Ok(None);
        }
        match self.cursor.directive_word() {
            Some((word, length)) => self.directive(word, length, nodes),
            None => {
                nodes.text(self.cursor.take_bytes(1));
                Ok(None)
            }
        }
    }

    fn unclosed(&self, what: &str) -> Fault {
        Fault { message: format!("{what} is never closed"), at: self.cursor.last_directive() }
    }

    fn directive(&mut self, word: &str, length: usize, nodes: &mut Builder) -> Parsed<Option<Terminator>> {
        let start = self.cursor.pos();
        self.cursor.take_bytes(length);
        match word {
            "end" | "else" => {
                self.cursor.skip_line_end();
                return Ok(Some(if word == "end" { Terminator::End } else { Terminator::Else }));
            }
            "elseif" => return Ok(Some(Terminator::ElseIf)),
            "set" => self.set(start, nodes)?,
            "if" => nodes.push(self.if_chain()?),
            "foreach" => nodes.push(self.foreach()?),
            "define" => nodes.push(self.define()?),
            "macro" => self.macro_definition()?,
            "stop" => nodes.push(Node::Stop),
            "break" => {
                nodes.push(Node::Break(self.loops_to_leave()?));
            }
            "include" | "parse" | "evaluate" => {
                return Err(Fault { message: format!("#{word} is not supported in mapping templates"), at: start });
            }
            _ => self.unknown(start, nodes),
        }
        Ok(None)
    }

    fn open_arguments(&mut self, directive: &str) -> Parsed<()> {
        self.cursor.skip_space();
        if self.cursor.eat("(") { Ok(()) } else { self.fault(format!("{directive} needs its argument in parentheses")) }
    }

    /// The closing `)` of a directive and the line end after it.
    fn close_arguments(&mut self, directive: &str) -> Parsed<()> {
        self.cursor.skip_space();
        if !self.cursor.eat(")") {
            return self.fault(format!("expected ) to close {directive}"));
        }
        self.cursor.skip_line_end();
        Ok(())
    }

    fn set(&mut self, start: usize, nodes: &mut Builder) -> Parsed<()> {
        self.cursor.skip_blanks();
        if !self.cursor.eat("(") {
            nodes.text(self.cursor.since(start));
            return Ok(());
        }
        let target = self.target("#set")?;
        self.cursor.skip_space();
        if !self.cursor.eat("=") {
            return self.fault("expected = in #set");
        }
        let value = self.expression()?;
        self.close_arguments("#set")?;
        nodes.push(Node::Set(Box::new(target), value));
        Ok(())
    }

    /// The reference that a directive assigns to.
    fn target(&mut self, directive: &str) -> Parsed<Reference> {
        self.cursor.skip_space();
        if !self.cursor.at_reference() {
            return self.fault(format!("expected a reference in {directive}"));
        }
        self.reference()
    }

    /// The plain variable that `#foreach` and `#define` bind.
    fn variable(&mut self, directive: &str) -> Parsed<usize> {
        self.cursor.skip_space();
        let dollar = self.cursor.eat("$");
        let _ = self.cursor.eat("!");
        let braced = self.cursor.eat("{");
        let name = if dollar { self.cursor.take_identifier() } else { None };
        match name {
            Some(name) if !braced || self.cursor.eat("}") => Ok(self.symbols.slot(name)),
            _ => self.fault(format!("expected a variable in {directive}")),
        }
    }

    fn if_chain(&mut self) -> Parsed<Node> {
        let start = self.cursor.last_directive();
        let mut branches: Vec<(Expr, Block)> = Vec::new();
        let mut word = "#if";
        loop {
            self.open_arguments(word)?;
            let condition = self.expression()?;
            self.close_arguments(word)?;
            let (body, end) = self.block()?;
            branches.push((condition, body));
            match end {
                Terminator::ElseIf => word = "#elseif",
                Terminator::Else => {
                    let otherwise = self.closed_block("#else", start)?;
                    return Ok(Node::If { branches, otherwise });
                }
                Terminator::End => return Ok(Node::If { branches, otherwise: Vec::new() }),
                Terminator::EndOfSource => return Err(Fault { message: "#if without #end".to_owned(), at: start }),
            }
        }
    }

    fn closed_block(&mut self, directive: &str, start: usize) -> Parsed<Block> {
        match self.block()? {
            (body, Terminator::End) => Ok(body),
            (_, Terminator::EndOfSource) => Err(Fault { message: format!("{directive} without #end"), at: start }),
            _ => {
                Err(Fault { message: format!("#else or #elseif inside {directive}"), at: self.cursor.last_directive() })
            }
        }
    }

    fn foreach(&mut self) -> Parsed<Node> {
        let start = self.cursor.last_directive();
        self.open_arguments("#foreach")?;
        let slot = self.variable("#foreach")?;
        self.cursor.skip_space();
        if !self.cursor.eat("in") {
            return self.fault("expected in between the variable and the list of #foreach");
        }
        let items = self.expression()?;
        self.close_arguments("#foreach")?;
        let body = self.closed_block("#foreach", start)?;
        Ok(Node::Foreach(Box::new(Foreach { slot, items, body })))
    }

    fn define(&mut self) -> Parsed<Node> {
        let start = self.cursor.last_directive();
        self.open_arguments("#define")?;
        let slot = self.variable("#define")?;
        self.close_arguments("#define")?;
        let body = self.closed_block("#define", start)?;
        self.symbols.blocks.push(body);
        Ok(Node::Define(slot, self.symbols.blocks.len() - 1))
    }

    /// Reads a macro and forgets it.
    fn macro_definition(&mut self) -> Parsed<()> {
        let start = self.cursor.last_directive();
        self.open_arguments("#macro")?;
        self.cursor.skip_space();
        if self.cursor.take_identifier().is_none() {
            return self.fault("expected a name in #macro");
        }
        self.cursor.take_while(|c| c != ')');
        self.close_arguments("#macro")?;
        self.closed_block("#macro", start).map(drop)
    }

    /// `#break($foreach)` names the loop it leaves, `#break($foreach.parent)` the one around it; without a name it is
    /// the nearest.
    fn loops_to_leave(&mut self) -> Parsed<usize> {
        if !self.cursor.rest().starts_with('(') {
            return Ok(1);
        }
        self.open_arguments("#break")?;
        let target = self.target("#break")?;
        self.close_arguments("#break")?;
        let outwards = target.segments.iter().map(|segment| match segment {
            Segment::Property(name) | Segment::Call(name, _) => match &**name {
                "parent" | "getParent" => 1,
                "topmost" | "getTopmost" => usize::MAX,
                _ => 0,
            },
            _ => 0,
        });
        Ok(outwards.fold(1, usize::saturating_add))
    }

    /// An unknown directive prints as it is written, its arguments included.
    fn unknown(&mut self, start: usize, nodes: &mut Builder) {
        let length = argument_list_length(self.cursor.rest()).unwrap_or(0);
        self.cursor.take_bytes(length);
        nodes.text(self.cursor.since(start));
    }
}

/// The bytes from `(` to its `)`, quotes respected, or `None` if there is no list or it is long.
fn argument_list_length(text: &str) -> Option<usize> {
    let mut open = 0usize;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(MAX_UNKNOWN_BYTES) {
        match (quote, byte) {
            (None, b'(') => open += 1,
            (None, b')') if open == 1 => return Some(at + 1),
            (None, b')') if open > 1 => open -= 1,
            (None, b'"' | b'\'') if open > 0 => quote = Some(byte),
            (Some(end), _) if byte == end => quote = None,
            _ if open == 0 => return None,
            _ => {}
        }
    }
    None
}
