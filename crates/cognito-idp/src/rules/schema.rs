//! The attributes a pool is created with, and those added later.

use model_cognito_idp::types::{
    AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType, StringAttributeConstraintsType,
};

use crate::entity::SchemaAttribute;
use crate::entity::schema::{MAX_CUSTOM_ATTRIBUTES, MAX_VALUE_CHARS, is_standard, standard_attributes};
use crate::error::{Result, invalid_parameter};

/// The schema of a new pool: the standard attributes as changed by `given`, then the custom ones.
///
/// # Errors
/// `InvalidParameterException`.
pub fn new_schema(given: Vec<SchemaAttributeType>) -> Result<Vec<SchemaAttribute>> {
    let mut schema = standard_attributes();
    let (standard, custom): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|attribute| attribute.name.as_deref().is_some_and(is_standard));
    for attribute in standard {
        change_standard(&mut schema, attribute)?;
    }
    add_custom(&mut schema, custom)?;
    Ok(schema)
}

/// Adds custom attributes.
///
/// # Errors
/// `InvalidParameterException`.
pub fn add_custom(schema: &mut Vec<SchemaAttribute>, given: Vec<SchemaAttributeType>) -> Result<()> {
    for attribute in given {
        let attribute = custom(attribute)?;
        if schema.iter().any(|other| other.name == attribute.name) {
            let name = attribute.name;
            return Err(invalid_parameter(format_args!("{name}: Existing attribute already has name {name}.")));
        }
        schema.push(attribute);
    }
    if schema.iter().filter(|attribute| attribute.is_custom()).count() > MAX_CUSTOM_ATTRIBUTES {
        return Err(invalid_parameter(format_args!(
            "A user pool can have at most {MAX_CUSTOM_ATTRIBUTES} custom attributes."
        )));
    }
    Ok(())
}

fn change_standard(schema: &mut [SchemaAttribute], given: SchemaAttributeType) -> Result<()> {
    let name = given.name.as_deref().unwrap_or_default();
    let Some(kept) = schema.iter_mut().find(|attribute| attribute.name == name) else { return Ok(()) };
    let other_type = given.attribute_data_type.is_some_and(|data_type| data_type != kept.data_type);
    if other_type || given.developer_only_attribute == Some(true) {
        return Err(invalid_parameter(format_args!(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
        )));
    }
    if name == "sub" && (given.mutable == Some(true) || given.required == Some(false)) {
        return Err(invalid_parameter("You can not change the standard schema attribute sub"));
    }
    kept.mutable = given.mutable.unwrap_or(kept.mutable);
    kept.required = given.required.unwrap_or(kept.required);
    check_bounds(&kept.name, kept.data_type, &given)?;
    if let Some(bounds) = given.string_attribute_constraints {
        kept.string_bounds = Some(bounds);
    }
    if let Some(bounds) = given.number_attribute_constraints {
        kept.number_bounds = Some(bounds);
    }
    Ok(())
}

/// A custom attribute: its name in the API is `custom:…`, or `dev:custom:…` where only administrators may write it.
fn custom(given: SchemaAttributeType) -> Result<SchemaAttribute> {
    let bare = given.name.as_deref().ok_or_else(|| invalid_parameter("A schema attribute must have a Name."))?;
    let developer_only = given.developer_only_attribute.unwrap_or(false);
    let name = if developer_only { format!("dev:custom:{bare}") } else { format!("custom:{bare}") };
    if given.required == Some(true) {
        return Err(invalid_parameter("Required custom attributes are not supported currently."));
    }
    let data_type = given.attribute_data_type.unwrap_or(AttributeDataType::String);
    check_bounds(&name, data_type, &given)?;
    let default_for = |wanted: AttributeDataType| data_type == wanted;
    Ok(SchemaAttribute {
        string_bounds: given
            .string_attribute_constraints
            .or_else(|| default_for(AttributeDataType::String).then(StringAttributeConstraintsType::default)),
        number_bounds: given
            .number_attribute_constraints
            .or_else(|| default_for(AttributeDataType::Number).then(NumberAttributeConstraintsType::default)),
        mutable: given.mutable.unwrap_or(true),
        required: false,
        name,
        data_type,
        developer_only,
    })
}

/// Bounds must be numbers, in order, within what a value can be, and of the attribute's type.
fn check_bounds(name: &str, data_type: AttributeDataType, given: &SchemaAttributeType) -> Result<()> {
    if given.string_attribute_constraints.is_some() && data_type != AttributeDataType::String
        || given.number_attribute_constraints.is_some() && data_type != AttributeDataType::Number
    {
        return Err(invalid_parameter(format_args!("{name}: Constraints do not fit the attribute's data type.")));
    }
    let wrong = |what: &str| invalid_parameter(format_args!("{name}: {what}"));
    if let Some(bounds) = &given.string_attribute_constraints {
        let read = |text: &Option<String>| text.as_deref().map(str::parse::<u32>).transpose();
        let min = read(&bounds.min_length).map_err(|_| wrong("MinLength is no length."))?.unwrap_or(0);
        let max = read(&bounds.max_length).map_err(|_| wrong("MaxLength is no length."))?.unwrap_or(MAX_VALUE_CHARS);
        if min > max || max > MAX_VALUE_CHARS {
            return Err(wrong("MinLength and MaxLength must be in order and at most 2048."));
        }
    }
    if let Some(bounds) = &given.number_attribute_constraints {
        let read = |text: &Option<String>| text.as_deref().map(str::parse::<f64>).transpose();
        let min = read(&bounds.min_value).map_err(|_| wrong("MinValue is no number."))?;
        let max = read(&bounds.max_value).map_err(|_| wrong("MaxValue is no number."))?;
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            return Err(wrong("MinValue and MaxValue must be in order."));
        }
        if min.into_iter().chain(max).any(|bound| !bound.is_finite()) {
            return Err(wrong("MinValue and MaxValue must be finite."));
        }
    }
    Ok(())
}
