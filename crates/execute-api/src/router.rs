//! From a path to a resource: a tree of path parts in which a static part stands before `{var}` and that before
//! `{proxy+}`. The cost is that of the path's own parts, whether the API has ten resources or ten thousand.

use std::borrow::Cow;
use std::collections::HashMap;

/// Resources by path.
#[derive(Debug)]
pub struct Router<T> {
    root: Node<T>,
}

#[derive(Debug)]
struct Node<T> {
    children: HashMap<Box<str>, Node<T>>,
    variable: Option<Box<(Box<str>, Node<T>)>>,
    greedy: Option<(Box<str>, T)>,
    resource: Option<T>,
}

/// A variable part of a path, filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathParameter {
    /// `petId` of `{petId}`, `proxy` of `{proxy+}`.
    pub name: String,
    /// As it stood in the URL.
    pub raw: String,
    /// Percent-decoded.
    pub value: String,
}

/// The resource that a path leads to.
#[derive(Debug)]
pub struct Match<'a, T> {
    /// The resource.
    pub resource: &'a T,
    /// The filled variables, left to right.
    pub parameters: Vec<PathParameter>,
}

/// Why a resource cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouterError {
    /// A path starts with `/`, `{proxy+}` stands last, names are not empty.
    #[error("the resource path is malformed")]
    BadPath,
    /// Two resources of one path, or two variables of different names in one place.
    #[error("the resource path conflicts with another")]
    Conflict,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { children: HashMap::new(), variable: None, greedy: None, resource: None }
    }
}

impl<T> Default for Router<T> {
    fn default() -> Self {
        Self { root: Node::default() }
    }
}

impl<T> Router<T> {
    /// Adds a resource under its path, `/pets/{petId}`.
    ///
    /// # Errors
    /// [`RouterError`].
    pub fn insert(&mut self, path: &str, resource: T) -> Result<(), RouterError> {
        let parts = path.strip_prefix('/').ok_or(RouterError::BadPath)?;
        let mut node = &mut self.root;
        if parts.is_empty() {
            return set(&mut node.resource, resource);
        }
        let mut rest = parts.split('/').peekable();
        while let Some(part) = rest.next() {
            match variable_name(part) {
                Some(Variable { name, greedy: false }) => {
                    let slot = node.variable.get_or_insert_with(|| Box::new((name.into(), Node::default())));
                    if slot.0.as_ref() != name {
                        return Err(RouterError::Conflict);
                    }
                    node = &mut slot.1;
                }
                Some(Variable { name, greedy: true }) if rest.peek().is_none() => {
                    return set(&mut node.greedy, (name.into(), resource));
                }
                Some(_) => return Err(RouterError::BadPath),
                None if part.is_empty() => return Err(RouterError::BadPath),
                None => node = node.children.entry(part.into()).or_default(),
            }
        }
        set(&mut node.resource, resource)
    }

    /// The first resource, in the order of precedence, that the path leads to and that `serves` accepts.
    pub fn find<'a>(&'a self, path: &str, serves: impl Fn(&T) -> bool) -> Option<Match<'a, T>> {
        let parts = split(path)?;
        let mut parameters = Vec::new();
        let resource = descend(&self.root, &parts, &mut parameters, &serves)?;
        parameters.reverse();
        Some(Match { resource, parameters })
    }
}

fn set<T>(slot: &mut Option<T>, value: T) -> Result<(), RouterError> {
    if slot.is_some() {
        return Err(RouterError::Conflict);
    }
    *slot = Some(value);
    Ok(())
}

/// Every node is visited at most once in one search, since each is reached by one way only: a path cannot make the
/// search longer than the tree.
fn descend<'a, T>(
    node: &'a Node<T>,
    parts: &[&str],
    found: &mut Vec<PathParameter>,
    serves: &impl Fn(&T) -> bool,
) -> Option<&'a T> {
    let Some((part, rest)) = parts.split_first() else {
        return node.resource.as_ref().filter(|resource| serves(resource));
    };
    let decoded = decode(part);
    if let Some(child) = node.children.get(decoded.as_ref())
        && let Some(resource) = descend(child, rest, found, serves)
    {
        return Some(resource);
    }
    if let Some(variable) = node.variable.as_deref().filter(|_| !part.is_empty())
        && let Some(resource) = descend(&variable.1, rest, found, serves)
    {
        found.push(PathParameter {
            name: variable.0.to_string(),
            raw: (*part).to_owned(),
            value: decoded.into_owned(),
        });
        return Some(resource);
    }
    let (name, resource) = node.greedy.as_ref()?;
    let raw = parts.join("/");
    if raw.is_empty() || !serves(resource) {
        return None;
    }
    let value = decode(&raw).into_owned();
    found.push(PathParameter { name: name.to_string(), raw, value });
    Some(resource)
}

/// Parts of a request's path. One trailing slash does not count; empty parts inside do.
fn split(path: &str) -> Option<Vec<&str>> {
    let rest = path.strip_prefix('/')?;
    if rest.is_empty() {
        return Some(Vec::new());
    }
    Some(rest.strip_suffix('/').unwrap_or(rest).split('/').collect())
}

/// Percent-decoding; what is no UTF-8 afterwards stays with replacement characters, which no resource bears.
fn decode(part: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy()
}

/// A path part in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Without braces and plus.
    pub name: &'a str,
    /// `{proxy+}`.
    pub greedy: bool,
}

/// Reads `{petId}` and `{proxy+}`; anything else is a static part.
pub fn variable_name(part: &str) -> Option<Variable<'_>> {
    let inner = part.strip_prefix('{')?.strip_suffix('}')?;
    let (name, greedy) = inner.strip_suffix('+').map_or((inner, false), |name| (name, true));
    (!name.is_empty()).then_some(Variable { name, greedy })
}

#[cfg(test)]
mod tests;
