//! Text of policies that may hold wildcards and policy variables ("IAM policy elements: Variables and tags").

use std::borrow::Cow;

use crate::context::Context;
use crate::glob::{Glob, Piece, pieces};

/// Whether `*` and `?` stand for more than themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wildcards {
    Meant,
    Literal,
}

/// Reads the texts of one statement and remembers which variables they need.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Only documents of version 2012-10-17 have variables.
    pub(crate) has_variables: bool,
    /// Keys of variables without default.
    pub(crate) required: Vec<Box<str>>,
    /// Keys of variables with default.
    pub(crate) optional: Vec<Box<str>>,
}

/// A variable that does not end, has no name, or whose default is not between quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadVariable;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Text(Box<str>),
    Star,
    One,
    Variable { key: Box<str>, default: Option<Box<str>> },
}

impl Texts {
    pub(crate) fn new(has_variables: bool) -> Self {
        Self { has_variables, required: Vec::new(), optional: Vec::new() }
    }

    /// A pattern for whole texts.
    pub(crate) fn pattern(&mut self, text: &str) -> Result<Pattern, BadVariable> {
        Ok(Pattern::new(self.tokens(text, Wildcards::Meant)?))
    }

    /// A pattern for ARNs.
    pub(crate) fn arn(&mut self, text: &str) -> Result<ArnPattern, BadVariable> {
        Ok(ArnPattern::new(self.tokens(text, Wildcards::Meant)?))
    }

    /// Text without wildcards.
    pub(crate) fn text(&mut self, text: &str) -> Result<Template, BadVariable> {
        let tokens = self.tokens(text, Wildcards::Literal)?;
        Ok(match tokens.as_slice() {
            [] => Template::Fixed(Box::from("")),
            [Token::Text(text)] => Template::Fixed(text.clone()),
            _ => Template::Filled(tokens.into_boxed_slice()),
        })
    }

    fn tokens(&mut self, text: &str, wildcards: Wildcards) -> Result<Vec<Token>, BadVariable> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while self.has_variables {
            let Some((before, after)) = rest.split_once("${") else { break };
            push_plain(&mut tokens, before, wildcards);
            let (token, after) = variable(after)?;
            self.remember(&token);
            push(&mut tokens, token);
            rest = after;
        }
        push_plain(&mut tokens, rest, wildcards);
        Ok(tokens)
    }

    fn remember(&mut self, token: &Token) {
        if let Token::Variable { key, default } = token {
            let known = if default.is_some() { &mut self.optional } else { &mut self.required };
            if !known.contains(key) {
                known.push(key.clone());
            }
        }
    }
}

/// Reads what follows `${`.
fn variable(text: &str) -> Result<(Token, &str), BadVariable> {
    for literal in ["*", "?", "$"] {
        if let Some(rest) = text.strip_prefix(literal).and_then(|rest| rest.strip_prefix('}')) {
            return Ok((Token::Text(Box::from(literal)), rest));
        }
    }
    let end = text.find(['}', ',']).ok_or(BadVariable)?;
    let (key, rest) = text.split_at_checked(end).ok_or(BadVariable)?;
    let key = key.trim();
    if key.is_empty() {
        return Err(BadVariable);
    }
    if let Some(rest) = rest.strip_prefix('}') {
        return Ok((Token::Variable { key: Box::from(key), default: None }, rest));
    }
    let default = rest.strip_prefix(',').map(str::trim_start).and_then(|rest| rest.strip_prefix('\''));
    let (default, rest) = default.and_then(|rest| rest.split_once('\'')).ok_or(BadVariable)?;
    let rest = rest.trim_start().strip_prefix('}').ok_or(BadVariable)?;
    Ok((Token::Variable { key: Box::from(key), default: Some(Box::from(default)) }, rest))
}

fn push_plain(tokens: &mut Vec<Token>, text: &str, wildcards: Wildcards) {
    match wildcards {
        Wildcards::Literal => push(tokens, Token::Text(Box::from(text))),
        Wildcards::Meant => {
            for piece in pieces(text) {
                push(
                    tokens,
                    match piece {
                        Piece::Text(text) => Token::Text(Box::from(text)),
                        Piece::Star => Token::Star,
                        Piece::One => Token::One,
                    },
                );
            }
        }
    }
}

/// Appends, joining neighbouring texts.
fn push(tokens: &mut Vec<Token>, token: Token) {
    match (tokens.last_mut(), &token) {
        (_, Token::Text(text)) if text.is_empty() => {}
        (Some(Token::Text(before)), Token::Text(text)) => *before = format!("{before}{text}").into_boxed_str(),
        _ => tokens.push(token),
    }
}

fn value<'v>(key: &str, default: Option<&'v str>, context: &'v Context<'_>) -> Option<&'v str> {
    context.single(key).or(default)
}

/// Text, compared as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    Fixed(Box<str>),
    Filled(Box<[Token]>),
}

impl Template {
    /// The text with its variables filled in; none where one has no value.
    pub(crate) fn fill(&self, context: &Context<'_>) -> Option<Cow<'_, str>> {
        let tokens = match self {
            Self::Fixed(text) => return Some(Cow::Borrowed(text)),
            Self::Filled(tokens) => tokens,
        };
        let mut filled = String::new();
        for token in tokens {
            match token {
                Token::Text(text) => filled.push_str(text),
                Token::Variable { key, default } => filled.push_str(value(key, default.as_deref(), context)?),
                Token::Star => filled.push('*'),
                Token::One => filled.push('?'),
            }
        }
        Some(Cow::Owned(filled))
    }
}

/// Text with wildcards. Most have no variables and are compiled to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    Compiled(Glob),
    Filled(Box<[Token]>),
}

impl Pattern {
    fn new(tokens: Vec<Token>) -> Self {
        if tokens.iter().any(|token| matches!(token, Token::Variable { .. })) {
            return Self::Filled(tokens.into_boxed_slice());
        }
        Self::Compiled(Glob::new(tokens.iter().map(|token| match token {
            Token::Star => Piece::Star,
            Token::One => Piece::One,
            Token::Text(text) => Piece::Text(text),
            Token::Variable { .. } => Piece::Text(""),
        })))
    }

    pub(crate) fn matches(&self, text: &str, context: &Context<'_>) -> bool {
        let tokens = match self {
            Self::Compiled(glob) => return glob.matches(text),
            Self::Filled(tokens) => tokens,
        };
        let pieces = tokens.iter().map(|token| match token {
            Token::Star => Some(Piece::Star),
            Token::One => Some(Piece::One),
            Token::Text(text) => Some(Piece::Text(text)),
            Token::Variable { key, default } => value(key, default.as_deref(), context).map(Piece::Text),
        });
        let pieces: Option<Vec<Piece<'_>>> = pieces.collect();
        pieces.is_some_and(|pieces| Glob::new(pieces).matches(text))
    }
}

/// An ARN with wildcards: each of the six fields is matched for itself, and the last takes all that follows. A pattern
/// of fewer fields (`*`, `arn:aws:s3:*`) lets its last field take the rest likewise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArnPattern {
    before: Box<[Pattern]>,
    last: Pattern,
}

const ARN_FIELDS: usize = 6;

impl ArnPattern {
    fn new(tokens: Vec<Token>) -> Self {
        let mut before = Vec::new();
        let mut field = Vec::new();
        for token in tokens {
            let Token::Text(text) = &token else {
                field.push(token);
                continue;
            };
            let mut rest: &str = text;
            while before.len() + 1 < ARN_FIELDS {
                let Some((end, after)) = rest.split_once(':') else { break };
                push(&mut field, Token::Text(Box::from(end)));
                before.push(Pattern::new(std::mem::take(&mut field)));
                rest = after;
            }
            push(&mut field, Token::Text(Box::from(rest)));
        }
        Self { before: before.into_boxed_slice(), last: Pattern::new(field) }
    }

    pub(crate) fn matches(&self, arn: &str, context: &Context<'_>) -> bool {
        let mut rest = arn;
        for pattern in &self.before {
            let Some((field, after)) = rest.split_once(':') else { return false };
            if !pattern.matches(field, context) {
                return false;
            }
            rest = after;
        }
        self.last.matches(rest, context)
    }
}
