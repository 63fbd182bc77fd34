//! Scalars as text: in paths, queries, headers, forms, and XML.

use aws_types::Timestamp;
use aws_types::schema::{Kind, Shape, TimestampFormat};
use aws_types::wire::{FromWire, IntoWire, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fault::Mismatch;

/// How a place writes moments where the model leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moments {
    /// `2026-01-02T03:04:05Z`.
    Iso8601,
    /// `2026-01-02T03:04:05.000Z`: S3's documents.
    Iso8601Ms,
    /// `Fri, 02 Jan 2026 03:04:05 GMT`.
    HttpDate,
    /// Seconds since the epoch.
    Unix,
}

impl Moments {
    /// The model's choice, or this place's.
    pub fn or_model(self, format: TimestampFormat) -> Self {
        match format {
            TimestampFormat::Default => self,
            TimestampFormat::Iso8601 if self == Self::Iso8601Ms => self,
            TimestampFormat::Iso8601 => Self::Iso8601,
            TimestampFormat::Rfc822 => Self::HttpDate,
            TimestampFormat::Unix => Self::Unix,
        }
    }
}

/// Reads a scalar.
pub fn read(shape: &Shape, text: &str) -> Result<Value, Mismatch> {
    let mismatch = || Mismatch::scalar("STRING_VALUE", wanted(shape));
    match &shape.kind {
        Kind::String(_) | Kind::Document => Ok(Value::String(text.to_owned())),
        Kind::Integer(_) => text.trim().parse::<i32>().map(Value::from).map_err(|_| mismatch()),
        Kind::Long(_) => text.trim().parse::<i64>().map(Value::from).map_err(|_| mismatch()),
        Kind::Float(_) | Kind::Double(_) => {
            text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from).ok_or_else(mismatch)
        }
        Kind::Boolean => match text.trim() {
            "true" | "True" | "TRUE" | "1" => Ok(Value::Bool(true)),
            "false" | "False" | "FALSE" | "0" => Ok(Value::Bool(false)),
            _ => Err(mismatch()),
        },
        Kind::Timestamp(_) => moment(text).map(IntoWire::into_wire).ok_or_else(mismatch),
        Kind::Blob(_) => blob(text),
        Kind::Structure(_) | Kind::Map(_) => Err(Mismatch::NO_STRUCTURE),
        Kind::List(_) => Err(Mismatch::NO_LIST),
    }
}

/// Base64 text, checked.
pub fn blob(text: &str) -> Result<Value, Mismatch> {
    match STANDARD.decode(text.trim()) {
        Ok(_) => Ok(Value::String(text.trim().to_owned())),
        Err(_) => Err(Mismatch::scalar("STRING_VALUE", "a Blob: invalid base64")),
    }
}

/// A moment in any of the forms that clients send.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse_iso8601(text)
        .or_else(|| Timestamp::parse_http_date(text))
        .or_else(|| Timestamp::parse_iso8601_basic(text))
        .or_else(|| Timestamp::from_wire(Value::from(text.parse::<f64>().ok()?)).ok())
}

/// Writes a scalar; `None` for what is none.
pub fn write(shape: &Shape, value: &Value, moments: Moments) -> Option<String> {
    match (&shape.kind, value) {
        (Kind::Timestamp(format), Value::Number(_)) => {
            Some(write_moment(Timestamp::from_wire(value.clone()).ok()?, moments.or_model(*format), value))
        }
        (_, Value::String(text)) => Some(text.clone()),
        (_, Value::Number(number)) => Some(number.to_string()),
        (_, Value::Bool(flag)) => Some(flag.to_string()),
        _ => None,
    }
}

/// Writes a moment.
pub fn write_moment(at: Timestamp, moments: Moments, seconds: &Value) -> String {
    match moments {
        Moments::Iso8601 => at.iso8601(),
        Moments::Iso8601Ms => at.iso8601_ms(),
        Moments::HttpDate => at.http_date(),
        Moments::Unix => seconds.to_string(),
    }
}

/// The type's name in conversion errors.
pub fn wanted(shape: &Shape) -> &'static str {
    match &shape.kind {
        Kind::String(_) => "a String",
        Kind::Integer(_) => "an Integer",
        Kind::Long(_) => "a Long",
        Kind::Float(_) => "a Float",
        Kind::Double(_) => "a Double",
        Kind::Boolean => "a Boolean",
        Kind::Timestamp(_) => "milliseconds since epoch",
        Kind::Blob(_) => "a Blob",
        Kind::Document => "a Document",
        Kind::Structure(_) => "a Structure",
        Kind::List(_) => "a List",
        Kind::Map(_) => "a Map",
    }
}
