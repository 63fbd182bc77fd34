//! The branding of the managed login pages: a bounded document of settings, and images by their place
//! (guide, "Apply branding to managed login pages").

use model_cognito_idp::types::{AssetCategoryType, AssetExtensionType, AssetType, ColorSchemeModeType};
use serde_json::{Map, Value, json};

use super::image::{self, Format};
use crate::error::{Result, invalid_parameter};

/// Bytes of the whole document.
const MAX_SETTINGS_BYTES: usize = 128 * 1024;
const MAX_DEPTH: usize = 12;
const MAX_TEXT_CHARS: usize = 256;
/// Parts of the document.
const PARTS: [&str; 3] = ["categories", "componentClasses", "components"];
const CATEGORIES: [&str; 4] = ["auth", "form", "global", "signUp"];
const COMPONENT_CLASSES: [&str; 16] = [
    "buttons",
    "divider",
    "dropDown",
    "focusState",
    "idpButtons",
    "input",
    "inputDescription",
    "inputLabel",
    "link",
    "optionControls",
    "statusIndicator",
    "alert",
    "text",
    "phoneNumberSelector",
    "tooltip",
    "radioButton",
];
const COMPONENTS: [&str; 13] = [
    "alert",
    "favicon",
    "form",
    "idpButton",
    "pageBackground",
    "pageFooter",
    "pageHeader",
    "pageText",
    "phoneNumberSelector",
    "primaryButton",
    "secondaryButton",
    "asyncButton",
    "socialButton",
];
/// Bytes of one image.
const MAX_ASSET_BYTES: usize = 1_000_000;
/// Bytes of all images of a style.
pub const MAX_ASSETS_BYTES: usize = 10_000_000;

/// Whether these may be a style's settings: known parts, plain values, bounded.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_settings(settings: &Value) -> Result<()> {
    let wrong = |what: &str| invalid_parameter(format_args!("Invalid branding settings: {what}."));
    let Value::Object(parts) = settings else { return Err(wrong("the document must be an object")) };
    if settings.to_string().len() > MAX_SETTINGS_BYTES {
        return Err(wrong("the document is too large"));
    }
    for (part, value) in parts {
        let known: &[&str] = match part.as_str() {
            "categories" => &CATEGORIES,
            "componentClasses" => &COMPONENT_CLASSES,
            "components" => &COMPONENTS,
            _ => return Err(wrong(&format!("the parts are {}", PARTS.join(", ")))),
        };
        let Value::Object(members) = value else { return Err(wrong("each part must be an object")) };
        if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(wrong(&format!("{part} has no member {}", shown(name))));
        }
        members.values().try_for_each(|value| check_value("", value, 2)).map_err(|what| wrong(&what))?;
    }
    Ok(())
}

fn check_value(name: &str, value: &Value, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("the document is too deep".to_owned());
    }
    match value {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let plain =
                name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            if !plain {
                return Err(format!("{} is no name of a setting", shown(name)));
            }
            check_value(name, value, depth + 1)
        }),
        Value::Array(items) => items.iter().try_for_each(|value| check_value(name, value, depth + 1)),
        Value::String(text) => check_text(name, text),
        Value::Number(number) => match number.as_f64().filter(|number| (0.0..=10_000.0).contains(number)) {
            Some(_) => Ok(()),
            None => Err(format!("{} is out of range", shown(name))),
        },
        Value::Bool(_) | Value::Null => Ok(()),
    }
}

/// Colours are six or eight hexadecimal digits; other texts hold nothing that could leave a style sheet or an attribute.
fn check_text(name: &str, text: &str) -> Result<(), String> {
    let colour = name.to_ascii_lowercase().ends_with("color");
    let hex = matches!(text.len(), 6 | 8) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if colour && !hex && text != "transparent" {
        return Err(format!("{} must be a colour of six or eight hexadecimal digits", shown(name)));
    }
    let plain = |c: char| !c.is_control() && !"<>{};\\\"'`()@".contains(c);
    if text.chars().count() > MAX_TEXT_CHARS || !text.chars().all(plain) {
        return Err(format!("the value of {} is not allowed", shown(name)));
    }
    Ok(())
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// Puts what is given over what was there, member by member.
pub fn merge(before: &mut Value, given: Value) {
    match (before, given) {
        (Value::Object(before), Value::Object(given)) => {
            for (name, value) in given {
                merge(before.entry(name).or_insert(Value::Null), value);
            }
        }
        (before, given) => *before = given,
    }
}

/// What the pages look like where a style says nothing; the form is that of the API, the values are this server's.
pub fn defaults() -> Value {
    json!({
        "categories": {
            "auth": { "authMethodOrder": [[{ "display": "BUTTON", "type": "FEDERATED" },
                { "display": "INPUT", "type": "USERNAME_PASSWORD" }]], "federation": { "interfaceStyle": "BUTTON_LIST", "order": [] } },
            "form": { "displayGraphics": false, "instructions": { "enabled": false }, "languageSelector": { "enabled": false },
                "location": { "horizontal": "CENTER", "vertical": "CENTER" }, "sessionTimerDisplay": "NONE" },
            "global": { "colorSchemeMode": "LIGHT", "pageFooter": { "enabled": false }, "pageHeader": { "enabled": false },
                "spacingDensity": "REGULAR" },
            "signUp": { "acceptanceElements": [{ "enforcement": "NONE", "textKey": "en" }] }
        },
        "componentClasses": {
            "buttons": { "borderRadius": 8 },
            "divider": { "lightMode": { "borderColor": "ebebf0ff" }, "darkMode": { "borderColor": "232b37ff" } },
            "input": { "borderRadius": 8, "lightMode": { "defaults": { "backgroundColor": "ffffffff", "borderColor": "7d8998ff" } } },
            "link": { "lightMode": { "defaults": { "textColor": "0972d3ff" } } }
        },
        "components": {
            "form": { "borderRadius": 8, "backgroundImage": { "enabled": false }, "logo": { "enabled": false },
                "lightMode": { "backgroundColor": "ffffffff", "borderColor": "c6c6cdff" } },
            "pageBackground": { "image": { "enabled": false }, "lightMode": { "color": "ffffffff" } },
            "primaryButton": { "lightMode": { "defaults": { "backgroundColor": "0972d3ff", "textColor": "ffffffff" },
                "hover": { "backgroundColor": "033160ff", "textColor": "ffffffff" } } }
        }
    })
}

/// The settings with the defaults beneath them.
pub fn merged(settings: Option<&Value>) -> Value {
    let mut all = defaults();
    merge(&mut all, settings.cloned().unwrap_or(Value::Object(Map::new())));
    all
}

/// Where an image belongs: one of a category and colour mode.
pub fn place(category: AssetCategoryType, mode: ColorSchemeModeType) -> String {
    format!("{}#{}", category.as_str(), mode.as_str())
}

/// Whether an image is of a kind that its category takes, and is what it says.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_asset(asset: &AssetType) -> Result<()> {
    let wrong = |what: &str| invalid_parameter(format_args!("The asset {} {what}.", asset.category.as_str()));
    let format = match (asset.category, asset.extension) {
        (AssetCategoryType::FaviconIco, AssetExtensionType::Ico) => Format::Ico,
        (AssetCategoryType::FaviconSvg, AssetExtensionType::Svg) => Format::Svg,
        (AssetCategoryType::FaviconIco | AssetCategoryType::FaviconSvg, _) | (_, AssetExtensionType::Ico) => {
            return Err(wrong("cannot have this extension"));
        }
        (_, AssetExtensionType::Jpeg) => Format::Jpeg,
        (_, AssetExtensionType::Png) => Format::Png,
        (_, AssetExtensionType::Svg) => Format::Svg,
        (_, AssetExtensionType::Webp) => Format::Webp,
    };
    let bytes = asset.bytes.as_ref().map(|blob| blob.0.as_slice()).unwrap_or_default();
    if bytes.len() > MAX_ASSET_BYTES {
        return Err(wrong("is too large"));
    }
    image::check(format, bytes).map_err(wrong)
}
