//! Values as YAML: blocks for what has members, JSON's quotes for texts, which YAML reads alike.

use serde_json::Value;

/// Writes a document.
pub fn to_yaml(value: &Value) -> String {
    let mut text = "---\n".to_owned();
    write(value, 0, &mut text);
    text
}

fn write(value: &Value, indent: usize, text: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                text.push_str(&format!("{pad}{}:", quoted(name)));
                nested(value, indent + 2, text);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for value in list {
                text.push_str(&format!("{pad}-"));
                nested(value, indent + 2, text);
            }
        }
        other => text.push_str(&format!("{pad}{}\n", plain(other))),
    }
}

fn nested(value: &Value, indent: usize, text: &mut String) {
    let block = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    };
    if block {
        text.push('\n');
        write(value, indent, text);
    } else {
        text.push_str(&format!(" {}\n", plain(value)));
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// Text in JSON's form. Signs that YAML would not take as they are become escapes.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    json.chars()
        .map(|c| {
            if c == '\u{7f}' || ('\u{80}'..='\u{9f}').contains(&c) || c == '\u{feff}' {
                format!("\\u{:04x}", u32::from(c))
            } else {
                c.to_string()
            }
        })
        .collect()
}
