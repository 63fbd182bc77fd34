//! Text of policies that may hold wildcards and policy variables ("IAM policy elements: Variables and tags").

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::context::Context;
use crate::glob::{Glob, Piece, Variable, pieces};

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
    pub(crate) required: BTreeSet<Box<str>>,
    /// Keys of variables with default.
    pub(crate) optional: BTreeSet<Box<str>>,
}

/// A variable that does not end, has no name, or whose default is not between quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadVariable;

impl Texts {
    pub(crate) fn new(has_variables: bool) -> Self {
        Self { has_variables, required: BTreeSet::new(), optional: BTreeSet::new() }
    }

    /// A pattern for whole texts.
    pub(crate) fn pattern(&mut self, text: &str) -> Result<Glob, BadVariable> {
        Ok(Glob::new(self.pieces(text, Wildcards::Meant)?))
    }

    /// A pattern for ARNs.
    pub(crate) fn arn(&mut self, text: &str) -> Result<ArnPattern, BadVariable> {
        Ok(ArnPattern::new(self.pieces(text, Wildcards::Meant)?))
    }

    /// Text without wildcards.
    pub(crate) fn text(&mut self, text: &str) -> Result<Template, BadVariable> {
        let found = self.pieces(text, Wildcards::Literal)?;
        Ok(match found.as_slice() {
            [] => Template::Fixed(Box::from("")),
            [Piece::Text(text)] => Template::Fixed(text.clone()),
            _ => Template::Filled(found.into_boxed_slice()),
        })
    }

    fn pieces(&mut self, text: &str, wildcards: Wildcards) -> Result<Vec<Piece>, BadVariable> {
        let mut found = Vec::new();
        let mut rest = text;
        while self.has_variables {
            let Some((before, after)) = rest.split_once("${") else { break };
            push_plain(&mut found, before, wildcards);
            let (piece, after) = variable(after)?;
            self.remember(&piece);
            push(&mut found, piece);
            rest = after;
        }
        push_plain(&mut found, rest, wildcards);
        Ok(found)
    }

    fn remember(&mut self, piece: &Piece) {
        if let Piece::Variable(Variable { key, default }) = piece {
            let known = if default.is_some() { &mut self.optional } else { &mut self.required };
            known.insert(key.clone());
        }
    }
}

/// Reads what follows `${`.
fn variable(text: &str) -> Result<(Piece, &str), BadVariable> {
    for literal in ["*", "?", "$"] {
        if let Some(rest) = text.strip_prefix(literal).and_then(|rest| rest.strip_prefix('}')) {
            return Ok((Piece::Text(Box::from(literal)), rest));
        }
    }
    let end = text.find(['}', ',']).ok_or(BadVariable)?;
    let (key, rest) = text.split_at_checked(end).ok_or(BadVariable)?;
    let key = key.trim();
    if key.is_empty() {
        return Err(BadVariable);
    }
    if let Some(rest) = rest.strip_prefix('}') {
        return Ok((Piece::Variable(Variable { key: Box::from(key), default: None }), rest));
    }
    let default = rest.strip_prefix(',').map(str::trim_start).and_then(|rest| rest.strip_prefix('\''));
    let (default, rest) = default.and_then(|rest| rest.split_once('\'')).ok_or(BadVariable)?;
    let rest = rest.trim_start().strip_prefix('}').ok_or(BadVariable)?;
    Ok((Piece::Variable(Variable { key: Box::from(key), default: Some(Box::from(default)) }), rest))
}

fn push_plain(found: &mut Vec<Piece>, text: &str, wildcards: Wildcards) {
    match wildcards {
        Wildcards::Literal => push(found, Piece::Text(Box::from(text))),
        Wildcards::Meant => {
            for piece in pieces(text) {
                push(found, piece);
            }
        }
    }
}

/// Appends, joining neighbouring texts.
fn push(found: &mut Vec<Piece>, piece: Piece) {
    match (found.last_mut(), &piece) {
        (_, Piece::Text(text)) if text.is_empty() => {}
        (Some(Piece::Text(before)), Piece::Text(text)) => *before = format!("{before}{text}").into_boxed_str(),
        _ => found.push(piece),
    }
}

/// Text, compared as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    Fixed(Box<str>),
    Filled(Box<[Piece]>),
}

impl Template {
    /// The text with its variables filled in; none where one has no value.
    pub(crate) fn fill(&self, context: &Context<'_>) -> Option<Cow<'_, str>> {
        let found = match self {
            Self::Fixed(text) => return Some(Cow::Borrowed(text)),
            Self::Filled(found) => found,
        };
        let mut filled = String::new();
        for piece in found {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Variable(variable) => filled.push_str(variable.value(context)?),
                Piece::Star => filled.push('*'),
                Piece::One => filled.push('?'),
            }
        }
        Some(Cow::Owned(filled))
    }
}

/// An ARN with wildcards: each of the six fields is matched for itself, and the last takes all that follows. A pattern
/// of fewer fields (`*`, `arn:aws:s3:*`) lets its last field take the rest likewise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArnPattern {
    before: Before,
    last: Glob,
}

/// All fields but the last.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Before {
    /// Without wildcards and variables, joined, down to the last colon: what most patterns have.
    Literal(Box<str>),
    Fields(Box<[Glob]>),
}

const ARN_FIELDS: usize = 6;

impl ArnPattern {
    fn new(pieces: Vec<Piece>) -> Self {
        let mut before = Vec::new();
        let mut field = Vec::new();
        for piece in pieces {
            let Piece::Text(text) = &piece else {
                field.push(piece);
                continue;
            };
            let mut rest: &str = text;
            while before.len() + 1 < ARN_FIELDS {
                let Some((end, after)) = rest.split_once(':') else { break };
                push(&mut field, Piece::Text(Box::from(end)));
                before.push(Glob::new(std::mem::take(&mut field)));
                rest = after;
            }
            push(&mut field, Piece::Text(Box::from(rest)));
        }
        let literal: Option<String> = before.iter().map(|field| Some(format!("{}:", field.exact()?))).collect();
        let before = match literal {
            Some(literal) => Before::Literal(literal.into_boxed_str()),
            None => Before::Fields(before.into_boxed_slice()),
        };
        Self { before, last: Glob::new(field) }
    }

    /// Whether there is but one ARN that fits.
    pub(crate) fn is_fixed(&self) -> bool {
        self.has_fixed_owner() && self.last.exact().is_some()
    }

    /// Whether all but the last field are fixed: the account too.
    pub(crate) fn has_fixed_owner(&self) -> bool {
        matches!(&self.before, Before::Literal(before) if before.matches(':').count() + 1 == ARN_FIELDS)
    }

    pub(crate) fn matches(&self, arn: &str, context: &Context<'_>) -> bool {
        let rest = match &self.before {
            Before::Literal(literal) => arn.strip_prefix(&**literal),
            Before::Fields(fields) => fields.iter().try_fold(arn, |rest, pattern| {
                let (field, after) = rest.split_once(':')?;
                pattern.matches(field, context).then_some(after)
            }),
        };
        rest.is_some_and(|rest| self.last.matches(rest, context))
    }
}
