//! Expressions inside directives, indices and arguments.

use super::{Cursor, Fault, Parsed, Parser, Terminator, shared};
use crate::ast::{Expr, Logic, Node, Operator};

/// The binary operators by precedence, weakest first; words need a boundary after them.
const OPERATORS: [&[(&str, Operator)]; 4] = [
    &[("==", Operator::Eq), ("!=", Operator::Ne), ("eq", Operator::Eq), ("ne", Operator::Ne)],
    &[
        ("<=", Operator::Le),
        (">=", Operator::Ge),
        ("<", Operator::Lt),
        (">", Operator::Gt),
        ("le", Operator::Le),
        ("ge", Operator::Ge),
        ("lt", Operator::Lt),
        ("gt", Operator::Gt),
    ],
    &[("+", Operator::Add), ("-", Operator::Sub)],
    &[("*", Operator::Mul), ("/", Operator::Div), ("%", Operator::Rem)],
];

impl Parser<'_, '_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.deeper(|parser| parser.logic(Logic::Or))
    }

    fn logic(&mut self, logic: Logic) -> Parsed<Expr> {
        let tokens = match logic {
            Logic::Or => ["||", "or"],
            Logic::And => ["&&", "and"],
        };
        let mut operands = vec![self.logic_operand(logic)?];
        while self.eat_operator(&tokens) {
            operands.push(self.logic_operand(logic)?);
        }
        match (operands.len(), operands.pop()) {
            (1, Some(only)) => Ok(only),
            (_, last) => {
                operands.extend(last);
                Ok(Expr::Logic(logic, operands))
            }
        }
    }

    fn logic_operand(&mut self, logic: Logic) -> Parsed<Expr> {
        match logic {
            Logic::Or => self.logic(Logic::And),
            Logic::And => self.chain(&OPERATORS),
        }
    }

    fn chain(&mut self, levels: &[&[(&str, Operator)]]) -> Parsed<Expr> {
        let Some((level, tighter)) = levels.split_first() else { return self.unary() };
        let first = self.chain(tighter)?;
        let mut rest = Vec::new();
        loop {
            self.cursor.skip_space();
            let found = level.iter().find(|(token, _)| self.eat_operator(&[token]));
            let Some((_, operator)) = found else { break };
            rest.push((*operator, self.chain(tighter)?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Chain(Box::new(first), rest) })
    }

    fn eat_operator(&mut self, tokens: &[&str]) -> bool {
        self.cursor.skip_space();
        tokens.iter().any(|token| {
            let from = self.cursor.pos();
            let word = token.starts_with(|c: char| c.is_ascii_alphabetic());
            let found = self.cursor.eat(token) && !(word && self.cursor.peek().is_some_and(is_word));
            if !found {
                self.cursor.rewind(from);
            }
            found
        })
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let mut negations = 0usize;
        while self.eat_negation() {
            negations += 1;
        }
        let mut value = self.primary()?;
        // Each pair beyond the first only turns the truth value round twice.
        for _ in 0..(if negations > 2 { 2 - negations % 2 } else { negations }) {
            value = Expr::Not(Box::new(value));
        }
        Ok(value)
    }

    fn eat_negation(&mut self) -> bool {
        self.cursor.skip_space();
        !self.cursor.rest().starts_with("!=") && self.eat_operator(&["!", "not"])
    }

    fn primary(&mut self) -> Parsed<Expr> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some('$') if self.cursor.at_reference() => Ok(Expr::Reference(Box::new(self.reference()?))),
            Some('"') => self.interpolated(),
            Some('\'') => Ok(Expr::Text(shared(&self.quoted('\'')?))),
            Some('(') => self.parenthesised(),
            Some('[') => self.list_or_range(),
            Some('{') => self.map(),
            Some('0'..='9' | '.' | '-') => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.word(),
            _ => self.fault("expected a value"),
        }
    }

    fn word(&mut self) -> Parsed<Expr> {
        let at = self.cursor.pos();
        match self.cursor.take_identifier() {
            Some("true") => Ok(Expr::Bool(true)),
            Some("false") => Ok(Expr::Bool(false)),
            Some("null") => Ok(Expr::Null),
            word => Err(Fault { message: format!("unexpected word {}", word.unwrap_or_default()), at }),
        }
    }

    fn parenthesised(&mut self) -> Parsed<Expr> {
        let _ = self.cursor.eat("(");
        let inner = self.expression()?;
        self.cursor.skip_space();
        if self.cursor.eat(")") { Ok(inner) } else { self.fault("expected )") }
    }

    fn list_or_range(&mut self) -> Parsed<Expr> {
        let _ = self.cursor.eat("[");
        self.cursor.skip_space();
        if self.cursor.eat("]") {
            return Ok(Expr::List(Vec::new()));
        }
        let first = self.expression()?;
        self.cursor.skip_space();
        if self.cursor.eat("..") {
            let last = self.expression()?;
            self.cursor.skip_space();
            return if self.cursor.eat("]") {
                Ok(Expr::Range(Box::new((first, last))))
            } else {
                self.fault("expected ] to close the range")
            };
        }
        let mut items = vec![first];
        if self.cursor.eat("]") {
            return Ok(Expr::List(items));
        }
        if !self.cursor.eat(",") {
            return self.fault("expected , or ]");
        }
        items.append(&mut self.list_until("]")?);
        Ok(Expr::List(items))
    }

    fn map(&mut self) -> Parsed<Expr> {
        let _ = self.cursor.eat("{");
        let mut entries = Vec::new();
        self.cursor.skip_space();
        if self.cursor.eat("}") {
            return Ok(Expr::Map(entries));
        }
        loop {
            let key = self.expression()?;
            self.cursor.skip_space();
            if !self.cursor.eat(":") {
                return self.fault("expected : after the key");
            }
            entries.push((key, self.expression()?));
            self.cursor.skip_space();
            if self.cursor.eat("}") {
                return Ok(Expr::Map(entries));
            }
            if !self.cursor.eat(",") {
                return self.fault("expected , or } in the map");
            }
        }
    }

    fn number(&mut self) -> Parsed<Expr> {
        let from = self.cursor.pos();
        let _ = self.cursor.eat("-");
        let whole = self.cursor.take_while(|c| c.is_ascii_digit());
        let mut decimal = false;
        // `1..3` is a range, not the decimal `1.`.
        if self.cursor.rest().starts_with('.') && !self.cursor.rest().starts_with("..") {
            let _ = self.cursor.eat(".");
            let fraction = self.cursor.take_while(|c| c.is_ascii_digit());
            decimal = !(whole.is_empty() && fraction.is_empty());
        }
        if decimal || !whole.is_empty() {
            decimal |= self.exponent();
        }
        let text = self.cursor.since(from);
        let parsed = if decimal { text.parse().ok().map(Expr::Double) } else { text.parse().ok().map(Expr::Int) };
        parsed.ok_or_else(|| Fault { message: format!("{text} is not a number"), at: from })
    }

    fn exponent(&mut self) -> bool {
        let from = self.cursor.pos();
        if self.cursor.eat("e") || self.cursor.eat("E") {
            let _ = self.cursor.eat("-") || self.cursor.eat("+");
            if !self.cursor.take_while(|c| c.is_ascii_digit()).is_empty() {
                return true;
            }
        }
        self.cursor.rewind(from);
        false
    }

    /// The text between two quotes; a doubled quote stands for one, backslashes for themselves.
    fn quoted(&mut self, quote: char) -> Parsed<String> {
        let from = self.cursor.pos();
        self.cursor.next();
        let mut text = String::new();
        loop {
            text.push_str(self.cursor.take_while(|c| c != quote));
            match (self.cursor.next(), self.cursor.peek()) {
                (Some(_), Some(next)) if next == quote => text.extend(self.cursor.next()),
                (Some(_), _) => return Ok(text),
                (None, _) => return Err(Fault { message: "the string is never closed".to_owned(), at: from }),
            }
        }
    }

    /// A double-quoted string is a template of its own.
    fn interpolated(&mut self) -> Parsed<Expr> {
        let from = self.cursor.pos();
        let text = self.quoted('"')?;
        if !text.contains(['$', '#']) {
            return Ok(Expr::Text(shared(&text)));
        }
        let mut inner = Parser { cursor: Cursor::new(&text), symbols: self.symbols, depth: self.depth };
        let (mut nodes, end) = inner.block().map_err(|fault| Fault { message: fault.message, at: from })?;
        if end != Terminator::EndOfSource {
            return Err(Fault { message: "#end or #else without its directive in the string".to_owned(), at: from });
        }
        match (nodes.len(), nodes.pop()) {
            (0, _) => Ok(Expr::Text(shared(""))),
            (1, Some(Node::Text(text))) => Ok(Expr::Text(shared(&text))),
            (_, last) => {
                nodes.extend(last);
                Ok(Expr::Interpolated(nodes))
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
