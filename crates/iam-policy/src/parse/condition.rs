//! The `Condition` block: operator, key, values.

use crate::condition::{BadCondition, Condition};
use crate::document::MAX_VALUE_BYTES;
use crate::error::{Fault, PolicyError};
use crate::pattern::Texts;

use super::reader::Cursor;
use super::scalar;

/// All conditions of a statement, and the keys they read.
pub(super) fn conditions(
    block: &Cursor<'_>,
    texts: &mut Texts,
    keys: &mut Vec<Box<str>>,
) -> Result<Vec<Condition>, PolicyError> {
    let mut conditions = Vec::new();
    for (operator, cursor) in block.members()? {
        for (key, values) in cursor.members()? {
            if key.len() > MAX_VALUE_BYTES {
                return Err(values.error(Fault::TooLarge));
            }
            if !key.contains(':') {
                return Err(values.error(Fault::NoVendor));
            }
            keys.push(Box::from(key));
            let texts_of = |value: &Cursor<'_>| match scalar(value.node()) {
                Some(text) if text.len() > MAX_VALUE_BYTES => Err(value.error(Fault::TooLarge)),
                Some(text) => Ok(text),
                None => Err(value.error(Fault::Syntax)),
            };
            let wanted: Vec<String> = values.one_or_many().iter().map(texts_of).collect::<Result<_, _>>()?;
            conditions.push(Condition::compile(operator, key, &wanted, texts).map_err(|bad| match bad {
                BadCondition::Operator => cursor.error(Fault::Syntax),
                BadCondition::Value => values.error(Fault::LegacyParsing),
            })?);
        }
    }
    Ok(conditions)
}
