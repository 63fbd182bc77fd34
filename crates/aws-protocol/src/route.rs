//! Which operation a request means. Routes are compiled once per model.
//!
//! The REST protocols tell operations apart by method and path, S3 also by query and headers. Of the routes whose path
//! fits, those with the most literal segments stay, then those with the most literal query parameters, then the one whose
//! required query parameters and headers are all there and are the most. Where none has all it requires, the least
//! demanding one is meant, and the constraint check names what is missing.

use std::borrow::Cow;
use std::cmp::Reverse;

use aws_types::AwsError;
use aws_types::schema::{Kind, Location, Operation, Protocol, ServiceModel};
use http::request::Parts;

use crate::fault;
use crate::uri::{self, Pairs};

/// An operation, and the labels of its path, percent-decoded once, by their wire names.
#[derive(Debug)]
pub struct Routed {
    /// What is meant.
    pub operation: &'static Operation,
    /// `restapi_id` and its value; empty for the protocols that do not route by path.
    pub labels: Vec<(&'static str, String)>,
}

/// Compiled routes of one model.
#[derive(Debug)]
pub struct Router {
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    operation: &'static Operation,
    segments: Vec<Segment>,
    literals: Vec<(&'static str, Option<&'static str>)>,
    required_query: Vec<&'static str>,
    required_headers: Vec<&'static str>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Segment {
    Greedy(&'static str),
    Label(&'static str),
    Literal(&'static str),
}

impl Segment {
    const fn rank(self) -> u8 {
        match self {
            Self::Greedy(_) => 0,
            Self::Label(_) => 1,
            Self::Literal(_) => 2,
        }
    }
}

impl Router {
    /// Compiles; the RPC protocols have no routes.
    pub fn new(model: &'static ServiceModel) -> Self {
        let rest = matches!(model.protocol, Protocol::RestJson1 | Protocol::RestXml);
        let routes = if rest { model.operations.iter().map(Route::new).collect() } else { Vec::new() };
        Self { routes }
    }

    /// See [`crate::Protocol::route`].
    pub fn route(&self, model: &'static ServiceModel, parts: &Parts, body: &[u8]) -> Result<Routed, AwsError> {
        match model.protocol {
            Protocol::AwsJson11 => by_target(model, parts),
            Protocol::AwsQuery => by_action(model, parts, body),
            Protocol::RestJson1 | Protocol::RestXml => self.by_path(model, parts),
        }
    }

    fn by_path(&self, model: &'static ServiceModel, parts: &Parts) -> Result<Routed, AwsError> {
        let path: Vec<&str> = segments(parts.uri.path()).collect();
        let query = uri::pairs(parts.uri.query().unwrap_or_default()).map_err(|_| fault::malformed_uri(model))?;
        let fits: Vec<&Route> = self
            .routes
            .iter()
            .filter(|route| {
                route.operation.method == parts.method.as_str()
                    && route.fits_path(&path)
                    && route.literals.iter().all(|literal| has_literal(&query, literal))
            })
            .collect();
        let best = best(fits, &query, parts)
            .ok_or_else(|| fault::unknown_operation(model, &format!("{} {}", parts.method, parts.uri.path())))?;
        let labels = best.labels(&path).map_err(|_| fault::malformed_uri(model))?;
        Ok(Routed { operation: best.operation, labels })
    }
}

/// The most specific of the routes that fit; see the head of this file.
fn best<'a>(mut fits: Vec<&'a Route>, query: &Pairs<'_>, parts: &Parts) -> Option<&'a Route> {
    keep_highest(&mut fits, |route| route.segments.iter().map(|segment| segment.rank()).collect::<Vec<_>>());
    keep_highest(&mut fits, |route| route.literals.len());
    if fits.iter().any(|route| route.has_required(query, parts)) {
        fits.retain(|route| route.has_required(query, parts));
        keep_highest(&mut fits, |route| route.demands());
    } else {
        keep_highest(&mut fits, |route| Reverse(route.demands()));
    }
    let named = query.iter().find(|(name, _)| name == "x-id").map(|(_, id)| id.as_ref());
    let first = *fits.first()?;
    let successor = |route: &&Route| {
        // `PutBucketLifecycle` is the deprecated form of `PutBucketLifecycleConfiguration` at the same address.
        route.operation.name.strip_prefix(first.operation.name) == Some("Configuration")
    };
    let named_one = fits.iter().copied().find(|route| Some(route.operation.name) == named);
    named_one.or_else(|| fits.iter().copied().find(successor)).or(Some(first))
}

fn keep_highest<K: Ord>(fits: &mut Vec<&Route>, key: impl Fn(&Route) -> K) {
    if let Some(highest) = fits.iter().map(|route| key(route)).max() {
        fits.retain(|route| key(route) == highest);
    }
}

fn has_literal(query: &Pairs<'_>, (name, value): &(&str, Option<&str>)) -> bool {
    query.iter().any(|(n, v)| n == name && value.is_none_or(|wanted| v == wanted))
}

/// The pieces of a path. One slash at the very end says nothing, except behind a key: greedy labels see to that.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

impl Route {
    fn new(operation: &'static Operation) -> Self {
        let (path, query) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
        let segments = segments(path).filter(|s| !s.is_empty()).map(segment).collect();
        let literals = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("x-id="))
            .map(|pair| pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value))))
            .collect();
        let (required_query, required_headers) =
            (required(operation, Location::QueryString), required(operation, Location::Header));
        Self { operation, segments, literals, required_query, required_headers }
    }

    fn fits_path(&self, path: &[&str]) -> bool {
        let mut rest = path;
        for segment in &self.segments {
            let Some((piece, after)) = rest.split_first() else { return false };
            let fits = match segment {
                Segment::Literal(literal) => piece == literal || uri::path_piece(piece).is_ok_and(|p| p == *literal),
                Segment::Label(_) => !piece.is_empty(),
                Segment::Greedy(_) => return rest != [""],
            };
            if !fits {
                return false;
            }
            rest = after;
        }
        matches!(rest, [] | [""])
    }

    fn labels(&self, path: &[&str]) -> Result<Vec<(&'static str, String)>, uri::NotUtf8> {
        let mut labels = Vec::new();
        for (at, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Literal(_) => {}
                Segment::Label(name) => {
                    let piece = path.get(at).copied().unwrap_or_default();
                    labels.push((*name, uri::path_piece(piece)?.into_owned()));
                }
                Segment::Greedy(name) => {
                    let rest = path.get(at..).unwrap_or_default().join("/");
                    labels.push((*name, uri::path_piece(&rest)?.into_owned()));
                }
            }
        }
        Ok(labels)
    }

    fn demands(&self) -> usize {
        self.required_query.len() + self.required_headers.len()
    }

    fn has_required(&self, query: &Pairs<'_>, parts: &Parts) -> bool {
        self.required_query.iter().all(|name| query.iter().any(|(n, _)| n == name))
            && self.required_headers.iter().all(|name| parts.headers.contains_key(*name))
    }
}

fn segment(text: &'static str) -> Segment {
    let label = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match label {
        Some(label) => label.strip_suffix('+').map_or(Segment::Label(label), Segment::Greedy),
        None => Segment::Literal(text),
    }
}

fn required(operation: &'static Operation, location: Location) -> Vec<&'static str> {
    let Some(Kind::Structure(input)) = operation.input.map(|shape| &shape.kind) else { return Vec::new() };
    input
        .members
        .iter()
        .filter(|member| member.required && member.location == location)
        .map(|member| member.wire_name())
        .collect()
}

fn by_target(model: &'static ServiceModel, parts: &Parts) -> Result<Routed, AwsError> {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = target
        .rsplit_once('.')
        .filter(|(prefix, _)| Some(*prefix) == model.target_prefix)
        .and_then(|(_, name)| model.operation(name))
        .ok_or_else(|| fault::unknown_operation(model, target))?;
    Ok(Routed { operation, labels: Vec::new() })
}

fn by_action(model: &'static ServiceModel, parts: &Parts, body: &[u8]) -> Result<Routed, AwsError> {
    let body = std::str::from_utf8(body).map_err(|_| fault::malformed_uri(model))?;
    let action = action(body).or_else(|| action(parts.uri.query().unwrap_or_default()));
    let Some(action) = action else {
        return Err(AwsError::sender("MissingAction", 400, "The request must contain the parameter Action."));
    };
    let operation = model.operation(&action).ok_or_else(|| fault::unknown_operation(model, &action))?;
    Ok(Routed { operation, labels: Vec::new() })
}

/// The value of `Action` without decoding the rest.
fn action(form: &str) -> Option<Cow<'_, str>> {
    form.split('&').find_map(|pair| pair.strip_prefix("Action=")).and_then(|raw| uri::path_piece(raw).ok())
}
