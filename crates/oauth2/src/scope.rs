//! Scopes (RFC 6749 3.3; Cognito guide, "Scopes, M2M, and resource servers").

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// An id token, and userInfo.
pub const OPENID: &str = "openid";
/// The claims `email` and `email_verified`.
pub const EMAIL: &str = "email";
/// The claims `phone_number` and `phone_number_verified`.
pub const PHONE: &str = "phone";
/// All claims that the client may read.
pub const PROFILE: &str = "profile";
/// The user's own operations of the user pools API.
pub const COGNITO_ADMIN: &str = "aws.cognito.signin.user.admin";

/// The longest scope: identifier of a resource server, slash, name, 256 each.
pub const MAX_SCOPE_BYTES: usize = 513;
/// The most scopes in a set.
pub const MAX_SCOPES: usize = 100;

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

impl Scope {
    /// Takes printable ASCII without blank, quotation mark and backslash, at most [`MAX_SCOPE_BYTES`].
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let well_formed = !text.is_empty() && text.len() <= MAX_SCOPE_BYTES && text.bytes().all(allowed);
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of a resource server, `identifier/name`.
    pub fn is_custom(&self) -> bool {
        ![OPENID, EMAIL, PHONE, PROFILE, COGNITO_ADMIN].contains(&self.0.as_str())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Scope {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("malformed scope")
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

/// Scopes in the order in which they were asked for, each once. Stored and printed as text with blanks between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// Reads the `scope` parameter.
    ///
    /// # Errors
    /// `invalid_scope` for a malformed scope or more than [`MAX_SCOPES`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut set = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let scope = Scope::parse(word).ok_or_else(|| Error::invalid_scope("malformed scope"))?;
            set.insert(scope)?;
        }
        Ok(set)
    }

    /// Builds a set of scopes that are known good, a client's `AllowedOAuthScopes` say.
    ///
    /// # Errors
    /// As [`ScopeSet::parse`].
    pub fn of<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut set = Self::default();
        for scope in scopes {
            set.insert(Scope::parse(scope).ok_or_else(|| Error::invalid_scope("malformed scope"))?)?;
        }
        Ok(set)
    }

    fn insert(&mut self, scope: Scope) -> Result<(), Error> {
        if self.0.contains(&scope) {
            return Ok(());
        }
        if self.0.len() >= MAX_SCOPES {
            return Err(Error::invalid_scope("too many scopes"));
        }
        self.0.push(scope);
        Ok(())
    }

    /// Whether the scope is in it.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known.as_str() == scope)
    }

    /// Whether every scope of this set is in the other.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.0.iter().all(|scope| other.0.contains(scope))
    }

    /// The scopes that are in both, in this set's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|scope| other.0.contains(scope)).cloned().collect())
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl TryFrom<String> for ScopeSet {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<ScopeSet> for String {
    fn from(set: ScopeSet) -> Self {
        set.to_string()
    }
}
