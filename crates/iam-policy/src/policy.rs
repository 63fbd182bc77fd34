//! A compiled policy: statements with their patterns, denials first.

use crate::condition::Condition;
use crate::context::Context;
use crate::decision::{Grant, Outcome, StatementRef};
use crate::document::Position;
use crate::error::PolicyError;
use crate::evaluate::{Asked, Request};
use crate::glob::Glob;
use crate::parse;
use crate::pattern::ArnPattern;
use crate::principal::Principals;
use crate::statements::Statements;

/// What a policy is attached to; this decides which elements it must have and which it must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// Of a user, group or role; also what a Lambda authorizer returns.
    Identity,
    /// Of a bucket, an API, a function.
    Resource,
    /// Of a role: who may assume it.
    Trust,
    /// A permissions boundary.
    Boundary,
    /// Passed with `AssumeRole` and its kin.
    Session,
    /// Of a VPC endpoint.
    VpcEndpoint,
}

/// `Version` of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// The default: no policy variables.
    V2008,
    /// 2012-10-17.
    V2012,
}

/// `Effect` of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// A policy document, compiled once and never changed.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) kind: PolicyKind,
    pub(crate) version: Version,
    pub(crate) id: Option<String>,
    pub(crate) statements: Statements,
    pub(crate) places: Box<[(Position, Position)]>,
    pub(crate) context_keys: Box<[Box<str>]>,
}

/// One statement.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) index: usize,
    pub(crate) effect: Effect,
    pub(crate) sid: Option<Box<str>>,
    pub(crate) principals: Principals,
    pub(crate) actions: Actions,
    pub(crate) resources: Resources,
    /// Variables without which the statement applies to nothing.
    pub(crate) variables: Box<[Box<str>]>,
    pub(crate) conditions: Box<[Condition]>,
}

/// `Action` or `NotAction`; patterns are in lower case.
#[derive(Clone, Debug)]
pub(crate) enum Actions {
    Are(Box<[ActionPattern]>),
    AreNot(Box<[ActionPattern]>),
}

#[derive(Clone, Debug)]
pub(crate) struct ActionPattern {
    /// None: any service.
    pub(crate) service: Option<Box<str>>,
    pub(crate) glob: Glob,
}

/// `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub(crate) enum Resources {
    /// A trust policy's only resource is its role.
    Unnamed,
    Are(Box<[ArnPattern]>),
    AreNot(Box<[ArnPattern]>),
}

impl Policy {
    /// Reads and compiles a document of at most [`MAX_DOCUMENT_BYTES`](crate::MAX_DOCUMENT_BYTES). AWS's limits by
    /// kind, which count no blanks, are the caller's.
    ///
    /// # Errors
    /// What is wrong with the document, and where.
    pub fn parse(json: &str, kind: PolicyKind) -> Result<Self, PolicyError> {
        parse::policy(json, kind)
    }

    /// What it was parsed as.
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// Its version; where it must be the newer one, see [`PolicyError::outdated_version`].
    pub fn version(&self) -> Version {
        self.version
    }

    /// Its `Id`.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// How many statements it has.
    pub fn statement_count(&self) -> usize {
        self.places.len()
    }

    /// Where a statement begins and ends in the document, as simulations report it.
    pub fn statement_place(&self, statement: usize) -> Option<(Position, Position)> {
        self.places.get(statement).copied()
    }

    /// Keys that its conditions and variables read, each once, as first written (`GetContextKeysForCustomPolicy`).
    pub fn context_keys(&self) -> impl Iterator<Item = &str> {
        self.context_keys.iter().map(|key| &**key)
    }

    /// What this policy alone says to a request.
    pub fn outcome(&self, request: &Request<'_>) -> Outcome<'_> {
        self.outcome_as(self.kind, 0, &Asked::new(request))
    }

    /// Every statement that matches, in the order of the document (`MatchedStatements` of a simulation).
    pub fn matching(&self, request: &Request<'_>) -> Vec<(Effect, StatementRef<'_>)> {
        let asked = Asked::new(request);
        let matching = self.statements.about(&asked.action).filter(|statement| statement.applies(&asked).is_some());
        let mut found: Vec<_> = matching.map(|statement| (statement.effect, statement.named(self.kind, 0))).collect();
        found.sort_by_key(|(_, statement)| statement.statement);
        found
    }

    /// What it says in its role, which may be another than it was parsed for: a managed policy is also a permissions
    /// boundary or a session policy. `nth` is its number among its like.
    pub(crate) fn outcome_as(&self, kind: PolicyKind, nth: usize, asked: &Asked<'_>) -> Outcome<'_> {
        let mut best: Option<(&Statement, Grant)> = None;
        // denials come first
        for statement in self.statements.about(&asked.action) {
            let Some(grant) = statement.applies(asked) else { continue };
            if statement.effect == Effect::Deny {
                return Outcome::Deny(statement.named(kind, nth));
            }
            if best.is_none_or(|(_, so_far)| so_far < grant) {
                best = Some((statement, grant));
                if matches!(grant, Grant::Attached | Grant::Direct) {
                    break; // no other statement can allow more
                }
            }
        }
        match best {
            Some((statement, grant)) => Outcome::Allow(statement.named(kind, nth), grant),
            None => Outcome::Silent(kind),
        }
    }
}

impl Statement {
    fn named(&self, kind: PolicyKind, policy: usize) -> StatementRef<'_> {
        StatementRef { kind, policy, statement: self.index, sid: self.sid.as_deref() }
    }

    /// How the statement means the caller, if it applies to the request at all. Cheap and telling checks come first.
    fn applies(&self, asked: &Asked<'_>) -> Option<Grant> {
        if !self.actions.mean(&asked.action, asked.context) {
            return None;
        }
        let grant = self.principals.grant(asked.who)?;
        let context = asked.context;
        let applies = self.resources.mean(asked.resource, context)
            && self.variables.iter().all(|key| context.single(key).is_some())
            && self.conditions.iter().all(|condition| condition.holds(context));
        applies.then_some(grant)
    }
}

impl Actions {
    fn mean(&self, action: &str, context: &Context<'_>) -> bool {
        match self {
            Self::Are(patterns) => patterns.iter().any(|pattern| pattern.glob.matches(action, context)),
            Self::AreNot(patterns) => !patterns.iter().any(|pattern| pattern.glob.matches(action, context)),
        }
    }

    /// The services that the actions belong to; none where they may belong to any.
    pub(crate) fn services(&self) -> Option<impl Iterator<Item = &str>> {
        match self {
            Self::Are(patterns) if patterns.iter().all(|pattern| pattern.service.is_some()) => {
                Some(patterns.iter().filter_map(|pattern| pattern.service.as_deref()))
            }
            Self::Are(_) | Self::AreNot(_) => None,
        }
    }
}

impl Resources {
    fn mean(&self, resource: &str, context: &Context<'_>) -> bool {
        match self {
            Self::Unnamed => true,
            Self::Are(patterns) => patterns.iter().any(|pattern| pattern.matches(resource, context)),
            Self::AreNot(patterns) => !patterns.iter().any(|pattern| pattern.matches(resource, context)),
        }
    }
}
