//! JSONPath in the dialect AWS uses, a subset of Jayway's: `$`, `.name`, `['a','b']`, `[n]`, `[n,m]`, `[a:b]`, `*`, `..`,
//! filters `[?(@.x == 'y' && @.n > 1)]`, and the functions `length() size() keys() min() max() avg() sum()` at the end.
//!
//! A path is *definite* when it can match one value only; it then gives that value or nothing. Any other gives a list,
//! perhaps an empty one. Compiling and matching are bounded.

mod eval;
mod filter;
mod parse;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

/// Most values one query looks at.
const MAX_VISITS: usize = 1_000_000;
/// Longest path, in bytes.
const MAX_PATH_BYTES: usize = 4_096;

/// A compiled path.
#[derive(Debug, Clone)]
pub struct JsonPath {
    steps: Vec<Step>,
    function: Option<Function>,
}

/// Why a path is refused or a query gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonPathError {
    /// The path cannot be read; the byte offset says where.
    #[error("Invalid JSONPath: {message} at position {at}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Byte offset into the path.
        at: usize,
    },
    /// The query would look at too many values.
    #[error("the JSONPath matches too much")]
    TooMuch,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub enum Matches<'v> {
    /// Of a definite path: the value, if there is one.
    Definite(Option<Cow<'v, Value>>),
    /// Of an indefinite path: every match in document order.
    Indefinite(Vec<&'v Value>),
}

impl Matches<'_> {
    /// The result as one JSON value: a list for indefinite paths; `None` when a definite path matches nothing.
    #[must_use]
    pub fn into_json(self) -> Option<Value> {
        match self {
            Matches::Definite(found) => found.map(Cow::into_owned),
            Matches::Indefinite(found) => Some(Value::Array(found.into_iter().cloned().collect())),
        }
    }
}

impl JsonPath {
    /// Compiles a path; one that does not begin with `$` is taken from the root all the same.
    ///
    /// # Errors
    /// [`JsonPathError::Syntax`] with what is wrong and where.
    pub fn compile(path: &str) -> Result<JsonPath, JsonPathError> {
        if path.len() > MAX_PATH_BYTES {
            return Err(JsonPathError::Syntax { message: "the path is too long".to_owned(), at: MAX_PATH_BYTES });
        }
        parse::parse(path)
    }

    /// Whether the path is `$` alone.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.steps.is_empty() && self.function.is_none()
    }

    /// Whether the path can match one value only.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        self.function.is_some() || self.steps.iter().all(Step::is_definite)
    }

    /// Finds what the path matches.
    ///
    /// # Errors
    /// [`JsonPathError::TooMuch`] after a million visited values.
    pub fn query<'v>(&self, root: &'v Value) -> Result<Matches<'v>, JsonPathError> {
        let mut visits = MAX_VISITS;
        self.query_within(root, &mut visits)
    }

    /// The same with the caller's bound; takes what it used off `visits`.
    pub(crate) fn query_within<'v>(&self, root: &'v Value, visits: &mut usize) -> Result<Matches<'v>, JsonPathError> {
        let found = eval::select(&self.steps, root, root, visits)?;
        let definite = self.steps.iter().all(Step::is_definite);
        Ok(match (&self.function, definite) {
            (Some(function), _) => Matches::Definite(eval::apply(*function, &found, definite, visits)?.map(Cow::Owned)),
            (None, true) => Matches::Definite(found.first().map(|value| Cow::Borrowed(*value))),
            (None, false) => Matches::Indefinite(found),
        })
    }
}

/// One step of a path.
#[derive(Debug, Clone)]
struct Step {
    /// After `..`: the selector applies to the value and all its descendants.
    deep: bool,
    selector: Selector,
}

impl Step {
    fn is_definite(&self) -> bool {
        !self.deep && matches!(self.selector, Selector::Name(_) | Selector::Index(_))
    }
}

#[derive(Debug, Clone)]
enum Selector {
    Name(String),
    Names(Vec<String>),
    Index(i64),
    Indices(Vec<i64>),
    Slice(Option<i64>, Option<i64>),
    Every,
    Filter(filter::Filter),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Length,
    Keys,
    Min,
    Max,
    Average,
    Sum,
}
