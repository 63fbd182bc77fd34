//! Reading paths.

use std::borrow::Cow;

use super::filter::{Filter, Operand, Relation};
use super::{Function, JsonPath, JsonPathError, Selector, Step};

/// Deepest nesting of filters and parentheses.
const MAX_NESTING: usize = 16;

pub(super) fn parse(path: &str) -> Result<JsonPath, JsonPathError> {
    let path = path.trim();
    if path.is_empty() {
        return Err(JsonPathError::Syntax { message: "the path is empty".to_owned(), at: 0 });
    }
    // As Jayway, take `a.b` for `$.a.b`.
    let rooted = if path.starts_with('$') { Cow::Borrowed(path) } else { Cow::Owned(format!("$.{path}")) };
    let mut parser = Parser { source: &rooted, pos: 1, depth: 0 };
    let compiled = parser.steps()?;
    parser.space();
    if parser.rest().is_empty() { Ok(compiled) } else { parser.fault("unexpected text") }
}

type Parsed<T> = Result<T, JsonPathError>;

struct Parser<'p> {
    source: &'p str,
    pos: usize,
    depth: usize,
}

impl<'p> Parser<'p> {
    fn fault<T>(&self, message: &str) -> Parsed<T> {
        Err(JsonPathError::Syntax { message: message.to_owned(), at: self.pos })
    }

    fn rest(&self) -> &'p str {
        self.source.get(self.pos..).unwrap_or_default()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.pos += token.len();
        }
        found
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'p str {
        let rest = self.rest();
        let taken = rest.get(..rest.find(|c| !accept(c)).unwrap_or(rest.len())).unwrap_or_default();
        self.pos += taken.len();
        taken
    }

    fn space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn steps(&mut self) -> Parsed<JsonPath> {
        let mut steps = Vec::new();
        loop {
            let deep = self.eat("..");
            // `$.['a']` is `$['a']`.
            let _ = !deep && self.rest().starts_with(".[") && self.eat(".");
            if self.rest().starts_with('[') {
                steps.push(Step { deep, selector: self.bracket()? });
            } else if deep || self.eat(".") {
                if self.eat("*") {
                    steps.push(Step { deep, selector: Selector::Every });
                    continue;
                }
                let name = self.take_while(is_name);
                if name.is_empty() {
                    return self.fault("expected a name");
                }
                if self.eat("()") {
                    return Ok(JsonPath { steps, function: Some(self.function(name)?) });
                }
                steps.push(Step { deep, selector: Selector::Name(name.to_owned()) });
            } else {
                return Ok(JsonPath { steps, function: None });
            }
        }
    }

    fn function(&self, name: &str) -> Parsed<Function> {
        Ok(match name {
            "length" | "size" => Function::Length,
            "keys" => Function::Keys,
            "min" => Function::Min,
            "max" => Function::Max,
            "avg" => Function::Average,
            "sum" => Function::Sum,
            _ => return self.fault("unknown function"),
        })
    }

    fn bracket(&mut self) -> Parsed<Selector> {
        let _ = self.eat("[");
        self.space();
        let selector = if self.eat("*") {
            Selector::Every
        } else if self.eat("?") {
            Selector::Filter(self.filter()?)
        } else if self.rest().starts_with(['\'', '"']) {
            self.names()?
        } else {
            self.numbers()?
        };
        self.space();
        if self.eat("]") { Ok(selector) } else { self.fault("expected ]") }
    }

    fn names(&mut self) -> Parsed<Selector> {
        let first = self.quoted()?;
        let mut names = Vec::new();
        self.space();
        while self.eat(",") {
            self.space();
            names.push(self.quoted()?);
            self.space();
        }
        if names.is_empty() {
            return Ok(Selector::Name(first));
        }
        names.insert(0, first);
        Ok(Selector::Names(names))
    }

    fn numbers(&mut self) -> Parsed<Selector> {
        let first = self.integer()?;
        self.space();
        if self.eat(":") {
            self.space();
            return Ok(Selector::Slice(first, self.integer()?));
        }
        let Some(first) = first else { return self.fault("expected an index, a name, * or a filter") };
        let mut indices = vec![first];
        while self.eat(",") {
            self.space();
            match self.integer()? {
                Some(index) => indices.push(index),
                None => return self.fault("expected an index"),
            }
            self.space();
        }
        Ok(if indices.len() == 1 { Selector::Index(first) } else { Selector::Indices(indices) })
    }

    fn integer(&mut self) -> Parsed<Option<i64>> {
        let from = self.pos;
        let _ = self.eat("-");
        self.take_while(|c| c.is_ascii_digit());
        let text = self.source.get(from..self.pos).unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).or_else(|_| self.fault("bad index"))
    }

    /// Text in single or double quotes; a backslash takes the next character as it is.
    fn quoted(&mut self) -> Parsed<String> {
        let mut chars = self.rest().char_indices();
        let Some((_, quote @ ('\'' | '"'))) = chars.next() else { return self.fault("expected a quoted name") };
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                c if c == quote => {
                    self.pos += at + 1;
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        self.fault("the quoted text is never closed")
    }

    fn filter(&mut self) -> Parsed<Filter> {
        self.space();
        if !self.eat("(") {
            return self.fault("expected ( after ?");
        }
        let filter = self.any()?;
        self.space();
        if self.eat(")") { Ok(filter) } else { self.fault("expected ) to close the filter") }
    }

    fn any(&mut self) -> Parsed<Filter> {
        if self.depth >= MAX_NESTING {
            return self.fault("the filter nests too deeply");
        }
        self.depth += 1;
        let mut either = vec![self.all()?];
        while self.eat_after_space("||") {
            either.push(self.all()?);
        }
        self.depth -= 1;
        Ok(Filter::Any(either))
    }

    fn all(&mut self) -> Parsed<Filter> {
        let mut each = vec![self.condition()?];
        while self.eat_after_space("&&") {
            each.push(self.condition()?);
        }
        Ok(Filter::All(each))
    }

    fn eat_after_space(&mut self, token: &str) -> bool {
        self.space();
        self.eat(token)
    }

    fn condition(&mut self) -> Parsed<Filter> {
        let mut negated = false;
        while self.eat_after_space("!") {
            negated = !negated;
        }
        let filter = if self.eat("(") {
            let inner = self.any()?;
            if !self.eat_after_space(")") {
                return self.fault("expected )");
            }
            inner
        } else {
            self.comparison()?
        };
        Ok(if negated { Filter::Not(Box::new(filter)) } else { filter })
    }

    fn comparison(&mut self) -> Parsed<Filter> {
        let left = self.operand()?;
        self.space();
        let relations = [
            ("==", Relation::Eq),
            ("!=", Relation::Ne),
            ("<=", Relation::Le),
            (">=", Relation::Ge),
            ("=~", Relation::Matches),
            ("<", Relation::Lt),
            (">", Relation::Gt),
            ("nin ", Relation::NotIn),
            ("in ", Relation::In),
        ];
        let Some((_, relation)) = relations.into_iter().find(|(token, _)| self.eat(token)) else {
            return Ok(Filter::Exists(left));
        };
        self.space();
        let right = match relation {
            Relation::Matches => self.regex()?,
            _ => self.operand()?,
        };
        Ok(Filter::Compare(left, relation, right))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        self.space();
        if self.eat("@") {
            return Ok(Operand::Relative(self.steps()?));
        }
        if self.eat("$") {
            return Ok(Operand::Absolute(self.steps()?));
        }
        if self.rest().starts_with(['\'', '"']) {
            return Ok(Operand::Literal(self.quoted()?.into()));
        }
        if self.rest().starts_with('[') {
            return self.literals();
        }
        let from = self.pos;
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        match serde_json::from_str(word) {
            Ok(value) => Ok(Operand::Literal(value)),
            Err(_) => {
                self.pos = from;
                self.fault("expected @, $ or a literal")
            }
        }
    }

    /// A list of literals, for `in` and `nin`.
    fn literals(&mut self) -> Parsed<Operand> {
        let _ = self.eat("[");
        let mut items = Vec::new();
        while !self.eat_after_space("]") {
            if !items.is_empty() && !self.eat(",") {
                return self.fault("expected , or ]");
            }
            self.space();
            if self.rest().starts_with('[') {
                return self.fault("lists of lists are not supported");
            }
            match self.operand()? {
                Operand::Literal(value) => items.push(value),
                _ => return self.fault("expected a literal"),
            }
        }
        Ok(Operand::Literal(items.into()))
    }

    /// `/pattern/` or `/pattern/i`.
    fn regex(&mut self) -> Parsed<Operand> {
        if !self.eat("/") {
            return self.fault("expected a regular expression between slashes");
        }
        let pattern = self.take_while(|c| c != '/');
        if !self.eat("/") {
            return self.fault("the regular expression is never closed");
        }
        let insensitive = self.eat("i");
        let built = regex::RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
            .case_insensitive(insensitive)
            .size_limit(1 << 20)
            .build();
        built.map(Operand::Regex).or_else(|_| self.fault("unsupported regular expression"))
    }
}

fn is_name(c: char) -> bool {
    !c.is_whitespace() && !".[]()=<>!&|,~*'\"".contains(c)
}
