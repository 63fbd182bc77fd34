//! From verb and path to a route ("Routing API requests"): a full match before a greedy one, a static part before a
//! variable, the longer greedy route before the shorter, on one path the verb's own route before `ANY`, and `$default`
//! last. Paths match as they are: `/pets/` is not `/pets`.
//!
//! The cost of a look-up is that of the path's own parts, however many routes there are: every node of the tree is
//! visited at most twice.

use std::borrow::Cow;
use std::collections::HashMap;

use execute_api::catalogue::HttpMethod;
use execute_api::router::variable_name;

use crate::route_key::RouteKey;

/// Routes by key.
#[derive(Debug)]
pub struct Router<T> {
    routes: Vec<Entry<T>>,
    root: Node,
    default: Option<usize>,
}

#[derive(Debug)]
struct Entry<T> {
    /// Names of its path's variables, left to right.
    names: Vec<Box<str>>,
    route: T,
}

/// Indices of the routes of one path.
#[derive(Debug, Default)]
struct Verbs(Vec<(HttpMethod, usize)>);

#[derive(Debug, Default)]
struct Node {
    children: HashMap<Box<str>, Node>,
    variable: Option<Box<Node>>,
    here: Verbs,
    greedy: Verbs,
}

/// A filled variable of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathParameter {
    /// `petId` of `{petId}`, `proxy` of `{proxy+}`.
    pub name: String,
    /// As it stood in the URL.
    pub raw: String,
    /// Percent-decoded.
    pub value: String,
}

/// The route that a request leads to.
#[derive(Debug)]
pub struct Match<'a, T> {
    /// The route.
    pub route: &'a T,
    /// Its variables, left to right.
    pub parameters: Vec<PathParameter>,
}

/// Two routes of one key, or keys that differ in their variables' names alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the route's key conflicts with another's")]
pub struct Conflict;

impl<T> Default for Router<T> {
    fn default() -> Self {
        Self { routes: Vec::new(), root: Node::default(), default: None }
    }
}

impl Verbs {
    fn of(&self, verb: Option<HttpMethod>) -> Option<usize> {
        let by = |wanted: HttpMethod| self.0.iter().find(|(method, _)| *method == wanted).map(|(_, at)| *at);
        verb.and_then(by).or_else(|| by(HttpMethod::Any))
    }

    fn add(&mut self, method: HttpMethod, at: usize) -> Result<(), Conflict> {
        if self.0.iter().any(|(known, _)| *known == method) {
            return Err(Conflict);
        }
        self.0.push((method, at));
        Ok(())
    }
}

impl<T> Router<T> {
    /// Adds a route.
    ///
    /// # Errors
    /// [`Conflict`].
    pub fn insert(&mut self, key: &RouteKey, route: T) -> Result<(), Conflict> {
        let at = self.routes.len();
        match key {
            RouteKey::Default if self.default.is_some() => return Err(Conflict),
            RouteKey::Default => self.default = Some(at),
            RouteKey::Path { method, path } => self.verbs(path).add(*method, at)?,
        }
        self.routes.push(Entry { names: key.variables().map(Into::into).collect(), route });
        Ok(())
    }

    fn verbs(&mut self, path: &str) -> &mut Verbs {
        let mut node = &mut self.root;
        for part in parts(path) {
            match variable_name(part) {
                Some(variable) if variable.greedy => return &mut node.greedy,
                Some(_) => node = node.variable.get_or_insert_default(),
                None => node = node.children.entry(decode(part).into()).or_default(),
            }
        }
        &mut node.here
    }

    /// The route for a request.
    pub fn find(&self, verb: &str, path: &str) -> Option<Match<'_, T>> {
        let verb = HttpMethod::parse(verb).filter(|verb| *verb != HttpMethod::Any);
        let parts: Vec<&str> = parts(path).collect();
        let mut raw = Vec::new();
        let found = full(&self.root, &parts, verb, &mut raw);
        let found = found.or_else(|| greedy(&self.root, &parts, verb, &mut raw)).or(self.default)?;
        let entry = self.routes.get(found)?;
        raw.reverse();
        let parameter = |(name, raw): (&str, Cow<'_, str>)| PathParameter {
            name: name.to_string(),
            value: decode(&raw).into_owned(),
            raw: raw.into_owned(),
        };
        Some(Match {
            route: &entry.route,
            parameters: entry.names.iter().map(AsRef::as_ref).zip(raw).map(parameter).collect(),
        })
    }

    /// All routes.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.routes.iter().map(|entry| &entry.route)
    }
}

/// `/` has one empty part, `/pets/` a last one that is empty.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn full<'p>(node: &Node, parts: &[&'p str], verb: Option<HttpMethod>, found: &mut Vec<Cow<'p, str>>) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return node.here.of(verb) };
    let by_name = node.children.get(decode(part).as_ref()).and_then(|child| full(child, rest, verb, found));
    if by_name.is_some() {
        return by_name;
    }
    let at = full(node.variable.as_deref().filter(|_| !part.is_empty())?, rest, verb, found)?;
    found.push(Cow::Borrowed(*part));
    Some(at)
}

fn greedy<'p>(
    node: &Node,
    parts: &[&'p str],
    verb: Option<HttpMethod>,
    found: &mut Vec<Cow<'p, str>>,
) -> Option<usize> {
    let (part, rest) = parts.split_first()?;
    let by_name = node.children.get(decode(part).as_ref()).and_then(|child| greedy(child, rest, verb, found));
    if by_name.is_some() {
        return by_name;
    }
    if let Some(variable) = node.variable.as_deref().filter(|_| !part.is_empty())
        && let Some(at) = greedy(variable, rest, verb, found)
    {
        found.push(Cow::Borrowed(*part));
        return Some(at);
    }
    let at = node.greedy.of(verb)?;
    let all = if rest.is_empty() { Cow::Borrowed(*part) } else { Cow::Owned(parts.join("/")) };
    (!all.is_empty()).then(|| found.push(all))?;
    Some(at)
}

/// Percent-decoding; what is no UTF-8 afterwards stays with replacement characters.
fn decode(part: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy()
}

#[cfg(test)]
mod tests;
