//! Between wire values and the generated types. A protocol decodes a request to one [`Value`] tree whose keys are the
//! model's member names; the generated types read themselves from it and write themselves back. Bytes travel as base64
//! text and moments as epoch seconds, as in awsJson. The constraint check has run before, so what fails here is a shape
//! that the check did not see.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use serde_json::{Map as JsonMap, Value};

use crate::time::Timestamp;

/// Members by name.
pub type Fields = JsonMap<String, Value>;

/// A value that does not have the type the model gives it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected {expected}")]
pub struct WireError {
    /// What the model wants.
    pub expected: &'static str,
}

/// A type that reads itself from a decoded request.
pub trait FromWire: Sized {
    /// Takes the value apart.
    fn from_wire(value: Value) -> Result<Self, WireError>;
}

/// A type that writes itself into an answer.
pub trait IntoWire {
    /// Makes the value; `Null` stands for "absent" and is left out of structures.
    fn into_wire(self) -> Value;
}

/// Takes a member out of a structure; an absent member reads as `Null`.
pub fn take<T: FromWire>(fields: &mut Fields, name: &str) -> Result<T, WireError> {
    T::from_wire(fields.swap_remove(name).unwrap_or(Value::Null))
}

/// Puts a member into a structure unless it is absent.
pub fn put(fields: &mut Fields, name: &str, value: impl IntoWire) {
    match value.into_wire() {
        Value::Null => {}
        value => {
            fields.insert(name.to_owned(), value);
        }
    }
}

/// The members of a structure.
pub fn fields(value: Value) -> Result<Fields, WireError> {
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null => Ok(Fields::new()),
        _ => Err(WireError { expected: "a structure" }),
    }
}

/// The text of an enumeration's value.
pub fn text(value: Value) -> Result<String, WireError> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(WireError { expected: "a string" }),
    }
}

/// Bytes of a blob member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl<T: FromWire> FromWire for Option<T> {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        if value.is_null() { Ok(None) } else { T::from_wire(value).map(Some) }
    }
}

impl<T: IntoWire> IntoWire for Option<T> {
    fn into_wire(self) -> Value {
        self.map_or(Value::Null, T::into_wire)
    }
}

impl<T: FromWire> FromWire for Box<T> {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        T::from_wire(value).map(Box::new)
    }
}

impl<T: IntoWire> IntoWire for Box<T> {
    fn into_wire(self) -> Value {
        (*self).into_wire()
    }
}

impl<T: FromWire> FromWire for Vec<T> {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Array(items) => items.into_iter().map(T::from_wire).collect(),
            Value::Null => Ok(Self::new()),
            _ => Err(WireError { expected: "a list" }),
        }
    }
}

impl<T: IntoWire> IntoWire for Vec<T> {
    fn into_wire(self) -> Value {
        Value::Array(self.into_iter().map(T::into_wire).collect())
    }
}

impl<T: FromWire> FromWire for BTreeMap<String, T> {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Object(entries) => entries.into_iter().map(|(k, v)| Ok((k, T::from_wire(v)?))).collect(),
            Value::Null => Ok(Self::new()),
            _ => Err(WireError { expected: "a map" }),
        }
    }
}

impl<T: IntoWire> IntoWire for BTreeMap<String, T> {
    fn into_wire(self) -> Value {
        Value::Object(self.into_iter().map(|(k, v)| (k, v.into_wire())).collect())
    }
}

impl FromWire for String {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        text(value)
    }
}

impl IntoWire for String {
    fn into_wire(self) -> Value {
        Value::String(self)
    }
}

impl FromWire for bool {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        value.as_bool().ok_or(WireError { expected: "a boolean" })
    }
}

impl IntoWire for bool {
    fn into_wire(self) -> Value {
        Value::Bool(self)
    }
}

impl FromWire for i32 {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        value.as_i64().and_then(|n| Self::try_from(n).ok()).ok_or(WireError { expected: "a 32-bit integer" })
    }
}

impl IntoWire for i32 {
    fn into_wire(self) -> Value {
        Value::from(self)
    }
}

impl FromWire for i64 {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        value.as_i64().ok_or(WireError { expected: "an integer" })
    }
}

impl IntoWire for i64 {
    fn into_wire(self) -> Value {
        Value::from(self)
    }
}

impl FromWire for f64 {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        value.as_f64().ok_or(WireError { expected: "a number" })
    }
}

impl IntoWire for f64 {
    fn into_wire(self) -> Value {
        Value::from(self)
    }
}

impl FromWire for Value {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        Ok(value)
    }
}

impl IntoWire for Value {
    fn into_wire(self) -> Value {
        self
    }
}

impl FromWire for Timestamp {
    /// Epoch seconds with a fraction, as awsJson writes them.
    fn from_wire(value: Value) -> Result<Self, WireError> {
        let seconds = value.as_f64().ok_or(WireError { expected: "a timestamp" })?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float beyond the range of i64 saturates, which is a far future"
        )]
        Ok(Self::from_ms((seconds * 1000.0).round() as i64))
    }
}

impl IntoWire for Timestamp {
    fn into_wire(self) -> Value {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since the epoch fit a float for 285,000 years")]
        let seconds = self.ms() as f64 / 1000.0;
        if self.ms() % 1000 == 0 { Value::from(self.secs()) } else { Value::from(seconds) }
    }
}

impl FromWire for Blob {
    fn from_wire(value: Value) -> Result<Self, WireError> {
        STANDARD.decode(text(value)?).map(Self).map_err(|_| WireError { expected: "base64 text" })
    }
}

impl IntoWire for Blob {
    fn into_wire(self) -> Value {
        Value::String(STANDARD.encode(self.0))
    }
}

/// Lets a generated type that goes both ways stand inside a stored document.
#[macro_export]
macro_rules! wire_serde {
    ($($name:ident),* $(,)?) => {$(
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(&$crate::wire::IntoWire::into_wire(self.clone()), serializer)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <$crate::wire::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::wire::FromWire>::from_wire(value).map_err(::serde::de::Error::custom)
            }
        }
    )*};
}
