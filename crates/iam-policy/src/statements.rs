//! The statements of a policy, found by the service of an action: those about other services cost a request nothing.

use std::collections::BTreeMap;

use crate::policy::{Effect, Statement};

#[derive(Clone, Debug)]
pub(crate) struct Statements {
    /// Denials first, each kind in the order of the document.
    all: Box<[Statement]>,
    /// By name of service: the places in `all` of what names it.
    by_service: BTreeMap<Box<str>, Vec<usize>>,
    /// The places of what may speak of any service.
    of_any_service: Vec<usize>,
}

impl Statements {
    pub(crate) fn new(mut all: Vec<Statement>) -> Self {
        all.sort_by_key(|statement| (statement.effect == Effect::Allow, statement.index));
        let mut by_service: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        let mut of_any_service = Vec::new();
        for (place, statement) in all.iter().enumerate() {
            let Some(services) = statement.actions.services() else {
                of_any_service.push(place);
                continue;
            };
            for service in services {
                let places = by_service.entry(Box::from(service)).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { all: all.into_boxed_slice(), by_service, of_any_service }
    }

    /// All of them, denials first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Statement> {
        self.all.iter()
    }

    /// The statements that may speak of an action (in lower case), denials first.
    pub(crate) fn about(&self, action: &str) -> impl Iterator<Item = &Statement> {
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        let mut named = self.by_service.get(service).map_or(&[][..], Vec::as_slice);
        let mut any = self.of_any_service.as_slice();
        std::iter::from_fn(move || {
            let lists = if named.first().unwrap_or(&usize::MAX) < any.first().unwrap_or(&usize::MAX) {
                &mut named
            } else {
                &mut any
            };
            let (place, rest) = lists.split_first()?;
            *lists = rest;
            self.all.get(*place)
        })
    }
}
