//! Emits a Rust enumeration for each string shape with fixed values.

use super::HEADER;
use super::model::Model;
use super::names;
use super::shapes::strings;

/// `enums.rs`.
pub fn emit(model: &Model) -> String {
    let mut out = format!(
        "{HEADER}//! The enumerations. An enumeration knows the values of the model and no others.\n\nuse aws_types::wire::{{FromWire, IntoWire, Value, WireError, text}};\n"
    );
    let roots = model.roots("input").into_iter().chain(model.roots("output"));
    for shape in model.reachable(roots) {
        let values: Vec<String> = strings(&model.shape(shape)["enum"]).into_iter().map(str::to_owned).collect();
        if !values.is_empty() {
            out.push_str(&enumeration(model.type_name(shape), &values));
        }
    }
    out
}

fn enumeration(name: &str, values: &[String]) -> String {
    let variants = names::unique(values, names::variant);
    let mut lines = [const { String::new() }; 4];
    let [declared, all, written, read] = &mut lines;
    for value in values {
        let variant = variants.get(value).map_or("", String::as_str);
        declared.push_str(&format!("    {variant},\n"));
        all.push_str(&format!("Self::{variant}, "));
        written.push_str(&format!("            Self::{variant} => {value:?},\n"));
        read.push_str(&format!("            {value:?} => Some(Self::{variant}),\n"));
    }
    let all = all.trim_end_matches(", ");
    format!(
        r#"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum {name} {{
{declared}}}

impl {name} {{
    pub const ALL: &[Self] = &[{all}];

    pub const fn as_str(self) -> &'static str {{
        match self {{
{written}        }}
    }}

    pub fn parse(value: &str) -> Option<Self> {{
        match value {{
{read}            _ => None,
        }}
    }}
}}

impl FromWire for {name} {{
    fn from_wire(value: Value) -> Result<Self, WireError> {{
        Self::parse(&text(value)?).ok_or(WireError {{ expected: "a value of {name}" }})
    }}
}}

impl IntoWire for {name} {{
    fn into_wire(self) -> Value {{
        Value::String(self.as_str().to_owned())
    }}
}}

aws_types::wire_serde!({name});
"#
    )
}
