//! One statement.

use crate::document::MAX_VALUE_BYTES;
use crate::error::{Fault, PolicyError};
use crate::json::Value;
use crate::pattern::Texts;
use crate::policy::{Actions, Effect, PolicyKind, Resources, Statement, Version};
use crate::principal::{Named, Principals};

use super::reader::{Cursor, Object};
use super::{condition, names, needs_principal};

const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

pub(super) struct Parsed {
    pub(super) statement: Statement,
    /// Keys read by conditions and variables.
    pub(super) keys: Vec<Box<str>>,
}

/// A statement being read: where it stands, and in what kind of policy.
struct Reading<'c, 'a> {
    cursor: &'c Cursor<'a>,
    object: Object<'a>,
    kind: PolicyKind,
}

pub(super) fn statement(
    index: usize,
    cursor: &Cursor<'_>,
    kind: PolicyKind,
    version: Version,
) -> Result<Parsed, PolicyError> {
    let reading = Reading { cursor, object: Object::new(cursor, &ELEMENTS)?, kind };
    let mut texts = Texts::new(version == Version::V2012);
    let mut keys = Vec::new();
    let sid = match reading.object.get("Sid") {
        Some(sid) => names::sid(sid.text()?, kind).map_err(|fault| sid.error(fault))?,
        None => None,
    };
    let effect = reading.effect()?;
    let principals = reading.principals(effect)?;
    let actions = reading.actions()?;
    let resources = reading.resources(&mut texts)?;
    let conditions = match reading.object.get("Condition") {
        Some(block) => condition::conditions(block, &mut texts, &mut keys)?,
        None => Vec::new(),
    };
    let Texts { required, optional, .. } = texts;
    keys.extend(required.iter().chain(&optional).cloned());
    let statement = Statement {
        index,
        effect,
        sid,
        principals,
        actions,
        resources,
        variables: required.into_iter().collect(),
        conditions: conditions.into_boxed_slice(),
    };
    Ok(Parsed { statement, keys })
}

impl<'a> Reading<'_, 'a> {
    /// The fault of a missing element, which AWS words by the kind of policy.
    fn missing(&self, name: &'static str, in_identity_policy: Fault) -> PolicyError {
        self.cursor.error(if needs_principal(self.kind) { Fault::Missing(name) } else { in_identity_policy })
    }

    /// An element and its negation, of which one may stand.
    fn either(&self, name: &'static str, negation: &'static str) -> Result<Option<(&Cursor<'a>, Sense)>, PolicyError> {
        match (self.object.get(name), self.object.get(negation)) {
            (Some(_), Some(both)) => Err(both.error(Fault::Syntax)),
            (Some(cursor), None) => Ok(Some((cursor, Sense::Are))),
            (None, Some(cursor)) => Ok(Some((cursor, Sense::AreNot))),
            (None, None) => Ok(None),
        }
    }

    fn effect(&self) -> Result<Effect, PolicyError> {
        let effect = self.object.get("Effect").ok_or_else(|| self.missing("Effect", Fault::Syntax))?;
        match effect.text()? {
            "Allow" => Ok(Effect::Allow),
            "Deny" => Ok(Effect::Deny),
            _ => Err(effect.error(Fault::Syntax)),
        }
    }

    fn principals(&self, effect: Effect) -> Result<Principals, PolicyError> {
        let element = self.either("Principal", "NotPrincipal")?;
        let needed = needs_principal(self.kind);
        match element {
            None if needed => Err(self.cursor.error(Fault::Missing("Principal"))),
            None => Ok(Principals::Unnamed),
            Some((cursor, _)) if !needed => Err(cursor.error(Fault::PrincipalNotAllowed)),
            Some((cursor, Sense::AreNot)) if effect == Effect::Allow => Err(cursor.error(Fault::AllowWithNotPrincipal)),
            Some((cursor, sense)) => {
                let named = named(cursor)?;
                Ok(if sense == Sense::Are { Principals::Are(named) } else { Principals::AreNot(named) })
            }
        }
    }

    fn actions(&self) -> Result<Actions, PolicyError> {
        let element = self.either("Action", "NotAction")?;
        let Some((cursor, sense)) = element else { return Err(self.missing("Action", Fault::NoActions)) };
        let is_trust = self.kind == PolicyKind::Trust;
        if is_trust && sense == Sense::AreNot {
            return Err(cursor.error(Fault::Prohibited("NotAction")));
        }
        let read = if is_trust { names::trust_action } else { names::action };
        let each = |action: &Cursor<'_>| read(action.text()?).map_err(|fault| action.error(fault));
        let patterns: Box<[_]> = cursor.one_or_many().iter().map(each).collect::<Result<_, _>>()?;
        match sense {
            _ if patterns.is_empty() => Err(cursor.error(Fault::NoActions)),
            Sense::Are => Ok(Actions::Are(patterns)),
            Sense::AreNot => Ok(Actions::AreNot(patterns)),
        }
    }

    fn resources(&self, texts: &mut Texts) -> Result<Resources, PolicyError> {
        let element = self.either("Resource", "NotResource")?;
        match element {
            Some((cursor, sense)) if self.kind == PolicyKind::Trust => {
                Err(cursor.error(Fault::Prohibited(if sense == Sense::Are { "Resource" } else { "NotResource" })))
            }
            None if self.kind == PolicyKind::Trust => Ok(Resources::Unnamed),
            None => Err(self.missing("Resource", Fault::NoResources)),
            Some((cursor, sense)) => {
                let each = |arn: &Cursor<'_>| names::resource(arn.text()?, texts).map_err(|fault| arn.error(fault));
                let patterns: Box<[_]> = cursor.one_or_many().iter().map(each).collect::<Result<_, _>>()?;
                match sense {
                    _ if patterns.is_empty() => Err(cursor.error(Fault::NoResources)),
                    Sense::Are => Ok(Resources::Are(patterns)),
                    Sense::AreNot => Ok(Resources::AreNot(patterns)),
                }
            }
        }
    }
}

/// Whether an element lists what is meant or what is not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sense {
    Are,
    AreNot,
}

/// `"*"`, or an object of lists by type.
fn named(cursor: &Cursor<'_>) -> Result<Box<[Named]>, PolicyError> {
    if let Value::Text(text) = &cursor.node().value {
        if text == "*" {
            return Ok(Box::new([Named::Everyone]));
        }
        let value = text.chars().take(MAX_VALUE_BYTES).collect();
        return Err(cursor.error(Fault::InvalidPrincipal { kind: "AWS".to_owned(), value }));
    }
    let mut all = Vec::new();
    for (principal_type, values) in cursor.members()? {
        for value in values.one_or_many() {
            all.push(names::principal(principal_type, value.text()?).map_err(|fault| value.error(fault))?);
        }
    }
    if all.is_empty() { Err(cursor.error(Fault::Syntax)) } else { Ok(all.into_boxed_slice()) }
}
