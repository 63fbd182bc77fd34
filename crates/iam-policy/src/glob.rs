//! Wildcard patterns: `*` is any run of characters, `?` any one character.
//!
//! A pattern is cut at its stars once. Matching anchors the first and last segment and then takes each segment between
//! at its leftmost place: leftmost is always right, so nothing is ever tried again. Literal segments are found in
//! linear time; a segment with `?` or variables costs at most its own length for each place of the text. The value of
//! a variable is looked up while matching and is plain text.

use crate::context::Context;

/// A part of a pattern, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Matches itself.
    Text(Box<str>),
    /// `*`.
    Star,
    /// `?`.
    One,
    /// Matches its value.
    Variable(Variable),
}

/// A policy variable: `${key}` or `${key, 'default'}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) key: Box<str>,
    pub(crate) default: Option<Box<str>>,
}

impl Variable {
    /// The value of a key that has exactly one, or the default.
    pub(crate) fn value<'v>(&'v self, context: &'v Context<'_>) -> Option<&'v str> {
        context.single(&self.key).or(self.default.as_deref())
    }
}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Glob {
    Any,
    Exact(Box<str>),
    Prefix(Box<str>),
    Segments(Segments),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segments {
    starts_with_star: bool,
    ends_with_star: bool,
    segments: Box<[Segment]>,
}

type Segment = Box<[Atom]>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    Text(Box<str>),
    One,
    Variable(Variable),
}

impl Glob {
    /// Compiles the pieces of a pattern.
    pub(crate) fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut builder = Builder::default();
        for piece in pieces {
            builder.push(piece);
        }
        builder.finish()
    }

    /// Compiles text in which every `*` and `?` is a wildcard.
    pub(crate) fn of_text(text: &str) -> Self {
        Self::new(pieces(text))
    }

    /// The one text that fits, where there is but one.
    pub(crate) fn exact(&self) -> Option<&str> {
        match self {
            Self::Exact(exact) => Some(exact),
            Self::Any | Self::Prefix(_) | Self::Segments(_) => None,
        }
    }

    /// What every text that fits begins with, where nothing else is asked of it.
    pub(crate) fn prefix(&self) -> Option<&str> {
        match self {
            Self::Prefix(prefix) => Some(prefix),
            Self::Any | Self::Exact(_) | Self::Segments(_) => None,
        }
    }

    /// Whether the whole text fits the pattern. A variable without value fits nothing.
    pub(crate) fn matches(&self, text: &str, context: &Context<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => **exact == *text,
            Self::Prefix(prefix) => text.as_bytes().starts_with(prefix.as_bytes()),
            Self::Segments(segments) => segments.rest(text, context).is_some(),
        }
    }
}

/// Cuts text at its wildcards.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    text.split_inclusive(['*', '?']).flat_map(|part| {
        let (literal, wildcard) = match part.strip_suffix('*') {
            Some(literal) => (literal, Some(Piece::Star)),
            None => part.strip_suffix('?').map_or((part, None), |literal| (literal, Some(Piece::One))),
        };
        let literal = (!literal.is_empty()).then(|| Piece::Text(Box::from(literal)));
        literal.into_iter().chain(wildcard)
    })
}

impl Segments {
    fn rest<'t>(&self, text: &'t str, context: &Context<'_>) -> Option<&'t str> {
        let mut rest = text;
        let mut between = self.segments.iter();
        if !self.starts_with_star {
            rest = after_prefix(between.next()?, rest, context)?;
        }
        if !self.ends_with_star {
            match between.next_back() {
                Some(last) => rest = before_suffix(last, rest, context)?,
                // a pattern without stars has this one segment, and it is the whole text
                None => return rest.is_empty().then_some(rest),
            }
        }
        between.try_fold(rest, |rest, segment| after_leftmost(segment, rest, context))
    }
}

fn after_prefix<'t>(segment: &[Atom], text: &'t str, context: &Context<'_>) -> Option<&'t str> {
    segment.iter().try_fold(text, |rest, atom| match atom {
        Atom::Text(literal) => rest.strip_prefix(&**literal),
        Atom::Variable(variable) => rest.strip_prefix(variable.value(context)?),
        Atom::One => {
            let mut characters = rest.chars();
            characters.next().map(|_| characters.as_str())
        }
    })
}

fn before_suffix<'t>(segment: &[Atom], text: &'t str, context: &Context<'_>) -> Option<&'t str> {
    segment.iter().rev().try_fold(text, |rest, atom| match atom {
        Atom::Text(literal) => rest.strip_suffix(&**literal),
        Atom::Variable(variable) => rest.strip_suffix(variable.value(context)?),
        Atom::One => {
            let mut characters = rest.chars();
            characters.next_back().map(|_| characters.as_str())
        }
    })
}

/// What follows the leftmost place where the segment fits.
fn after_leftmost<'t>(segment: &[Atom], text: &'t str, context: &Context<'_>) -> Option<&'t str> {
    match segment {
        [Atom::Text(literal)] => text.split_once(&**literal).map(|(_, rest)| rest),
        [Atom::Variable(variable)] => text.split_once(variable.value(context)?).map(|(_, rest)| rest),
        _ => {
            let mut rest = text;
            loop {
                if let Some(after) = after_prefix(segment, rest, context) {
                    return Some(after);
                }
                let mut characters = rest.chars();
                characters.next()?;
                rest = characters.as_str();
            }
        }
    }
}

#[derive(Default)]
struct Builder {
    segments: Vec<Segment>,
    current: Vec<Atom>,
    text: String,
    starts_with_star: bool,
    ends_with_star: bool,
    has_star: bool,
}

impl Builder {
    fn push(&mut self, piece: Piece) {
        self.ends_with_star = match &piece {
            Piece::Text(text) if text.is_empty() => return,
            piece => *piece == Piece::Star,
        };
        match piece {
            Piece::Text(text) => self.text.push_str(&text),
            Piece::One => {
                self.close_text();
                self.current.push(Atom::One);
            }
            Piece::Variable(variable) => {
                self.close_text();
                self.current.push(Atom::Variable(variable));
            }
            Piece::Star => {
                self.close_segment();
                self.starts_with_star |= self.segments.is_empty();
                self.has_star = true;
            }
        }
    }

    fn close_text(&mut self) {
        if !self.text.is_empty() {
            self.current.push(Atom::Text(std::mem::take(&mut self.text).into_boxed_str()));
        }
    }

    fn close_segment(&mut self) {
        self.close_text();
        if !self.current.is_empty() {
            self.segments.push(std::mem::take(&mut self.current).into_boxed_slice());
        }
    }

    fn finish(mut self) -> Glob {
        self.close_segment();
        match (self.segments.as_slice(), self.has_star) {
            ([], true) => return Glob::Any,
            ([], false) => return Glob::Exact(Box::from("")),
            ([one], has_star) if !self.starts_with_star => match (&**one, has_star) {
                ([Atom::Text(text)], false) => return Glob::Exact(text.clone()),
                ([Atom::Text(text)], true) => return Glob::Prefix(text.clone()),
                _ => {}
            },
            _ => {}
        }
        Glob::Segments(Segments {
            starts_with_star: self.starts_with_star,
            ends_with_star: self.ends_with_star,
            segments: self.segments.into_boxed_slice(),
        })
    }
}
