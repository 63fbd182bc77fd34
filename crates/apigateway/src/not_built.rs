//! Settings that AWS has and the gateway does not enforce yet. Each is refused by name: a definition that is accepted is
//! a definition that holds.

use aws_types::AwsError;

use crate::error::{Result, not_built};

/// Refuses a setting where it is given.
pub fn absent<T>(name: &str, value: Option<&T>) -> Result<()> {
    value.map_or(Ok(()), |_| Err(not_built(name)))
}

/// A value of a catalogue that has no code.
pub fn value_of(setting: &str, value: &str) -> AwsError {
    not_built(format_args!("{setting} {value}"))
}
