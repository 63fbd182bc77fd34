//! The policy of a function, version, alias or layer.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Statements as they were added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Permissions {
    /// Each is an object with a `Sid`.
    pub statements: Vec<Value>,
    /// `RevisionId`.
    #[serde(default)]
    pub revision: String,
}

impl Permissions {
    /// Whether a statement of that id is there.
    pub fn has(&self, sid: &str) -> bool {
        self.statements.iter().any(|statement| is(statement, sid))
    }

    /// Takes a statement away; whether it was there.
    pub fn remove(&mut self, sid: &str) -> bool {
        let before = self.statements.len();
        self.statements.retain(|statement| !is(statement, sid));
        self.statements.len() < before
    }

    /// The document.
    pub fn document(&self) -> String {
        json!({ "Version": "2012-10-17", "Id": "default", "Statement": self.statements }).to_string()
    }
}

fn is(statement: &Value, sid: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(sid)
}
