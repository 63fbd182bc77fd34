//! Between serde's JSON and the template's values.

use std::io;
use std::sync::Arc;

use super::{Outcome, Renderer, VALUE_BYTES};
use crate::limits::RenderError;
use crate::value::{Entries, ListStyle, Value};

impl Renderer<'_, '_> {
    /// A copy of JSON as values; serde's parser has bounded its depth.
    pub(super) fn json_to_value(&mut self, json: &serde_json::Value) -> Outcome<Value> {
        self.charge_memory(VALUE_BYTES)?;
        Ok(match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Value::Int(whole),
                None => number.as_f64().map_or(Value::Null, Value::Double),
            },
            serde_json::Value::String(text) => return self.new_text(text),
            serde_json::Value::Array(items) => {
                let items = items.iter().map(|item| self.json_to_value(item)).collect::<Outcome<Vec<_>>>()?;
                return self.new_list(ListStyle::Json, items);
            }
            serde_json::Value::Object(members) => {
                let mut entries = Entries::default();
                for (key, member) in members {
                    self.charge_memory(key.len())?;
                    entries.put(Arc::from(key.as_str()), self.json_to_value(member)?);
                }
                return self.new_map(entries);
            }
        })
    }

    /// Appends JSON text, within the output's bound.
    pub(super) fn write_json(&self, out: &mut String, json: &serde_json::Value) -> Outcome<()> {
        let room = self.limits.output_bytes.saturating_sub(out.len());
        serde_json::to_writer(Bounded { out, room }, json).map_err(|_| RenderError::OutputTooLarge)
    }
}

struct Bounded<'o> {
    out: &'o mut String,
    room: usize,
}

impl io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // serde_json writes whole characters.
        let text = std::str::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        self.room = self.room.checked_sub(bytes.len()).ok_or(io::ErrorKind::WriteZero)?;
        self.out.push_str(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
