//! Wildcard patterns: `*` is any run of characters, `?` any one character.
//!
//! A pattern is cut at its stars once. Matching anchors the first and last segment and then takes each segment between
//! at its leftmost place: leftmost is always right, so nothing is ever tried again. Literal segments are found in
//! linear time; a segment with `?` costs at most its own length for each place of the text.

/// A part of a pattern, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Matches itself.
    Text(&'a str),
    /// `*`.
    Star,
    /// `?`.
    One,
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
}

impl Glob {
    /// Compiles the pieces of a pattern.
    pub(crate) fn new<'a>(pieces: impl IntoIterator<Item = Piece<'a>>) -> Self {
        let mut builder = Builder::default();
        for piece in pieces {
            builder.push(&piece);
        }
        builder.finish()
    }

    /// Compiles text in which every `*` and `?` is a wildcard.
    pub(crate) fn of_text(text: &str) -> Self {
        Self::new(pieces(text))
    }

    /// Whether the whole text fits the pattern.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => **exact == *text,
            Self::Prefix(prefix) => text.as_bytes().starts_with(prefix.as_bytes()),
            Self::Segments(segments) => segments.matches(text),
        }
    }
}

/// Cuts text at its wildcards.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split_inclusive(['*', '?']).flat_map(|part| {
        let (literal, wildcard) = match part.strip_suffix('*') {
            Some(literal) => (literal, Some(Piece::Star)),
            None => part.strip_suffix('?').map_or((part, None), |literal| (literal, Some(Piece::One))),
        };
        let literal = (!literal.is_empty()).then_some(Piece::Text(literal));
        literal.into_iter().chain(wildcard)
    })
}

impl Segments {
    fn matches(&self, text: &str) -> bool {
        self.rest(text).is_some()
    }

    fn rest<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut rest = text;
        let mut between = self.segments.iter();
        if !self.starts_with_star {
            rest = after_prefix(between.next()?, rest)?;
        }
        if !self.ends_with_star {
            match between.next_back() {
                Some(last) => rest = before_suffix(last, rest)?,
                // a pattern without stars has this one segment, and it is the whole text
                None => return rest.is_empty().then_some(rest),
            }
        }
        between.try_fold(rest, |rest, segment| after_leftmost(segment, rest))
    }
}

fn after_prefix<'t>(segment: &[Atom], text: &'t str) -> Option<&'t str> {
    segment.iter().try_fold(text, |rest, atom| match atom {
        Atom::Text(literal) => rest.strip_prefix(&**literal),
        Atom::One => {
            let mut characters = rest.chars();
            characters.next().map(|_| characters.as_str())
        }
    })
}

fn before_suffix<'t>(segment: &[Atom], text: &'t str) -> Option<&'t str> {
    segment.iter().rev().try_fold(text, |rest, atom| match atom {
        Atom::Text(literal) => rest.strip_suffix(&**literal),
        Atom::One => {
            let mut characters = rest.chars();
            characters.next_back().map(|_| characters.as_str())
        }
    })
}

/// What follows the leftmost place where the segment fits.
fn after_leftmost<'t>(segment: &[Atom], text: &'t str) -> Option<&'t str> {
    match segment {
        [Atom::Text(literal)] => text.split_once(&**literal).map(|(_, rest)| rest),
        _ => {
            let mut rest = text;
            loop {
                if let Some(after) = after_prefix(segment, rest) {
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
    fn push(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Text("") => return,
            Piece::Text(text) => self.text.push_str(text),
            Piece::One => {
                self.close_text();
                self.current.push(Atom::One);
            }
            Piece::Star => {
                self.close_segment();
                self.starts_with_star |= self.segments.is_empty();
                self.has_star = true;
            }
        }
        self.ends_with_star = matches!(piece, Piece::Star);
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
