//! The claims of a token whose signature is proven, and the checks that stand between a good signature and a good token.

use serde_json::{Map, Value};

use crate::verify::JwtError;

/// The most seconds by which two clocks may differ.
pub const MAX_LEEWAY_S: i64 = 60;
/// The last second of the year 9999: later times are no times.
const MAX_TIME_S: i64 = 253_402_300_799;

/// What a token is for (`token_use`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    /// `id`: who the user is. Bears `aud`.
    Id,
    /// `access`: what the bearer may do. Bears `client_id`.
    Access,
}

impl TokenUse {
    /// The claim's value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

/// Claims of a verified token. Only [`crate::verify`] makes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) const fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// All of them, in the token's order.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// All of them, in the token's order.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// Any claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is text; `None` where it is absent or of another type. The getters below do alike.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A claim that is an integer.
    pub fn i64(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// A claim that is true or false.
    pub fn bool(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    /// A claim that is a list.
    pub fn array(&self, name: &str) -> Option<&[Value]> {
        self.0.get(name)?.as_array().map(Vec::as_slice)
    }

    /// Whether the token is valid at `now_s` (seconds since the epoch). `leeway_s` is cut to 0..=[`MAX_LEEWAY_S`].
    /// `exp` is required; `nbf` and `iat` are checked where present. All must be JSON integers of a sane range.
    ///
    /// # Errors
    /// [`JwtError::BadClaim`], [`JwtError::Expired`], [`JwtError::NotYetValid`].
    pub fn check_time(&self, now_s: i64, leeway_s: i64) -> Result<(), JwtError> {
        let leeway_s = leeway_s.clamp(0, MAX_LEEWAY_S);
        let exp = self.time("exp")?.ok_or(JwtError::BadClaim("exp"))?;
        let (nbf, iat) = (self.time("nbf")?, self.time("iat")?);
        if now_s >= exp.saturating_add(leeway_s) {
            return Err(JwtError::Expired);
        }
        let latest = now_s.saturating_add(leeway_s);
        if [nbf, iat].into_iter().flatten().any(|start| start > latest) {
            return Err(JwtError::NotYetValid);
        }
        Ok(())
    }

    /// Whether `iss` is one of the issuers, byte for byte.
    ///
    /// # Errors
    /// [`JwtError::BadClaim`].
    pub fn check_issuer(&self, issuers: &[&str]) -> Result<(), JwtError> {
        let known = self.str("iss").is_some_and(|iss| issuers.contains(&iss));
        if known { Ok(()) } else { Err(JwtError::BadClaim("iss")) }
    }

    /// Whether the token is of this kind.
    ///
    /// # Errors
    /// [`JwtError::BadClaim`].
    pub fn check_token_use(&self, expected: TokenUse) -> Result<(), JwtError> {
        let same = self.str("token_use") == Some(expected.name());
        if same { Ok(()) } else { Err(JwtError::BadClaim("token_use")) }
    }

    /// Whether the token was made for this client: `aud` (text, or a list that holds it) or, only where there is no
    /// `aud`, `client_id`.
    ///
    /// # Errors
    /// [`JwtError::BadClaim`].
    pub fn check_client(&self, client_id: &str) -> Result<(), JwtError> {
        let (claim, same) = match self.0.get("aud") {
            Some(Value::String(aud)) => ("aud", aud == client_id),
            Some(Value::Array(list)) => ("aud", list.iter().any(|aud| aud.as_str() == Some(client_id))),
            Some(_) => ("aud", false),
            None => ("client_id", self.str("client_id") == Some(client_id)),
        };
        if same { Ok(()) } else { Err(JwtError::BadClaim(claim)) }
    }

    fn time(&self, name: &'static str) -> Result<Option<i64>, JwtError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        match value.as_i64() {
            Some(seconds @ 0..=MAX_TIME_S) => Ok(Some(seconds)),
            _ => Err(JwtError::BadClaim(name)),
        }
    }
}
