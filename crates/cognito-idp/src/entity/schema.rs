//! The attributes a pool's users have (SchemaAttributeType).

use model_cognito_idp::types::{
    AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType, StringAttributeConstraintsType,
};
use serde::{Deserialize, Serialize};

/// The longest value of a string attribute, in characters.
pub const MAX_VALUE_CHARS: u32 = 2048;
/// The most custom attributes a pool may have.
pub const MAX_CUSTOM_ATTRIBUTES: usize = 50;

/// One attribute of the schema.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SchemaAttribute {
    /// `email`, `custom:team`, `dev:custom:team`.
    pub name: String,
    /// Values are text always; this is what the text must look like.
    pub data_type: AttributeDataType,
    /// Whether a value may change after it was set.
    pub mutable: bool,
    /// Whether every user must have it.
    pub required: bool,
    /// Writable by administrators only (`dev:`).
    pub developer_only: bool,
    /// Length in characters, for `String`; `None` where the schema gave none.
    pub string_bounds: Option<StringAttributeConstraintsType>,
    /// Value, for `Number`.
    pub number_bounds: Option<NumberAttributeConstraintsType>,
}

impl SchemaAttribute {
    /// Whether it is `custom:…` (or `dev:custom:…`).
    pub fn is_custom(&self) -> bool {
        self.name.starts_with("custom:") || self.name.starts_with("dev:")
    }

    /// The least and greatest length of a string value, in characters.
    pub fn length_range(&self) -> (u32, u32) {
        let bounds = self.string_bounds.as_ref();
        let read = |text: Option<&String>| text.and_then(|text| text.parse().ok());
        let min = read(bounds.and_then(|b| b.min_length.as_ref())).unwrap_or(0);
        let max = read(bounds.and_then(|b| b.max_length.as_ref())).unwrap_or(MAX_VALUE_CHARS);
        (min, max.min(MAX_VALUE_CHARS))
    }

    /// The least and greatest value of a number, where the schema says so.
    pub fn number_range(&self) -> (Option<f64>, Option<f64>) {
        let bounds = self.number_bounds.as_ref();
        let read = |text: Option<&String>| text.and_then(|text| text.parse().ok());
        (read(bounds.and_then(|b| b.min_value.as_ref())), read(bounds.and_then(|b| b.max_value.as_ref())))
    }

    /// As DescribeUserPool shows it.
    pub fn to_wire(&self) -> SchemaAttributeType {
        SchemaAttributeType {
            name: Some(self.name.clone()),
            attribute_data_type: Some(self.data_type),
            developer_only_attribute: Some(self.developer_only),
            mutable: Some(self.mutable),
            required: Some(self.required),
            number_attribute_constraints: self.number_bounds.clone(),
            string_attribute_constraints: self.string_bounds.clone(),
        }
    }
}

/// What a standard attribute is like.
struct Standard {
    name: &'static str,
    data_type: AttributeDataType,
    mutable: bool,
    required: bool,
    length: Option<(&'static str, &'static str)>,
}

const fn text(name: &'static str) -> Standard {
    Standard { name, data_type: AttributeDataType::String, mutable: true, required: false, length: Some(("0", "2048")) }
}

const fn flag(name: &'static str) -> Standard {
    Standard { name, data_type: AttributeDataType::Boolean, mutable: true, required: false, length: None }
}

/// In the order of DescribeUserPool.
const STANDARD: &[Standard] = &[
    Standard {
        name: "sub",
        data_type: AttributeDataType::String,
        mutable: false,
        required: true,
        length: Some(("1", "2048")),
    },
    text("name"),
    text("given_name"),
    text("family_name"),
    text("middle_name"),
    text("nickname"),
    text("preferred_username"),
    text("profile"),
    text("picture"),
    text("website"),
    text("email"),
    flag("email_verified"),
    text("gender"),
    Standard { length: Some(("10", "10")), ..text("birthdate") },
    text("zoneinfo"),
    text("locale"),
    text("phone_number"),
    flag("phone_number_verified"),
    text("address"),
    Standard { data_type: AttributeDataType::Number, length: None, ..text("updated_at") },
];

/// The standard attributes every pool has, in the order of DescribeUserPool, none required but `sub`.
pub fn standard_attributes() -> Vec<SchemaAttribute> {
    STANDARD.iter().map(standard).collect()
}

fn standard(attribute: &Standard) -> SchemaAttribute {
    let number = matches!(attribute.data_type, AttributeDataType::Number);
    SchemaAttribute {
        name: attribute.name.to_owned(),
        data_type: attribute.data_type,
        mutable: attribute.mutable,
        required: attribute.required,
        developer_only: false,
        string_bounds: attribute.length.map(|(min, max)| StringAttributeConstraintsType {
            min_length: Some(min.to_owned()),
            max_length: Some(max.to_owned()),
        }),
        number_bounds: number
            .then(|| NumberAttributeConstraintsType { min_value: Some("0".to_owned()), max_value: None }),
    }
}

/// Whether this names a standard attribute.
pub fn is_standard(name: &str) -> bool {
    STANDARD.iter().any(|attribute| attribute.name == name)
}
