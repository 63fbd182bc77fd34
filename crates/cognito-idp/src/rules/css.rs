//! The style sheets that SetUICustomization takes (guide, "Customizing the built-in sign-in and sign-up webpages"):
//! rules of known classes with known properties, nothing that loads, imports or runs.

use crate::error::{Result, invalid_parameter};

const MAX_CSS_BYTES: usize = 131_072;

/// Classes, and what may be set in each.
const CLASSES: &[(&str, &[&str])] = &[
    (".background-customizable", &["background-color"]),
    (".banner-customizable", &["padding", "background-color"]),
    (
        ".errorMessage-customizable",
        &["margin", "padding", "font-size", "width", "background", "border", "color", "box-sizing"],
    ),
    (".idpButton-customizable", IDP_BUTTON),
    (".idpButton-customizable:hover", IDP_BUTTON),
    (".idpDescription-customizable", TEXT),
    (".inputField-customizable", INPUT),
    (".inputField-customizable:focus", INPUT),
    (".label-customizable", &["font-weight"]),
    (".legalText-customizable", &["color", "font-size"]),
    (".logo-customizable", &["max-width", "max-height"]),
    (".passwordCheck-notValid-customizable", &["color"]),
    (".passwordCheck-valid-customizable", &["color"]),
    (".redirect-customizable", &["text-align"]),
    (".socialButton-customizable", &["height", "text-align", "width", "margin-bottom"]),
    (".submitButton-customizable", SUBMIT),
    (".submitButton-customizable:hover", SUBMIT),
    (".textDescription-customizable", TEXT),
];
const IDP_BUTTON: &[&str] =
    &["height", "width", "text-align", "margin-bottom", "color", "background-color", "border-color"];
const TEXT: &[&str] = &["padding-top", "padding-bottom", "display", "font-size"];
const INPUT: &[&str] = &["width", "height", "color", "background-color", "border", "border-color", "outline"];
const SUBMIT: &[&str] = &["font-size", "font-weight", "margin", "width", "height", "color", "background-color"];

/// Whether this may style the pages.
///
/// # Errors
/// `InvalidParameterException` naming what is not allowed.
pub fn check(css: &str) -> Result<()> {
    if css.len() > MAX_CSS_BYTES {
        return Err(invalid_parameter("The CSS is too long."));
    }
    let css = without_comments(css).ok_or_else(|| invalid_parameter("The CSS has a comment without an end."))?;
    if css.contains(['@', '\\', '<', '>']) {
        return Err(invalid_parameter("The CSS may not contain at-rules, escapes or markup."));
    }
    let mut rest = css.trim();
    while !rest.is_empty() {
        let (selectors, body) = rest.split_once('{').ok_or_else(malformed)?;
        let (declarations, after) = body.split_once('}').ok_or_else(malformed)?;
        check_rule(selectors, declarations)?;
        rest = after.trim();
    }
    Ok(())
}

fn malformed() -> aws_types::AwsError {
    invalid_parameter("The CSS is malformed.")
}

fn without_comments(css: &str) -> Option<String> {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        kept.push(' ');
        rest = comment.split_once("*/")?.1;
    }
    kept.push_str(rest);
    Some(kept)
}

fn check_rule(selectors: &str, declarations: &str) -> Result<()> {
    if declarations.contains('{') {
        return Err(malformed());
    }
    let mut judged = Vec::new();
    for selector in selectors.split(',').map(str::trim) {
        // Each class once, however often it stands there: lists of both kinds must not multiply.
        if judged.contains(&selector) {
            continue;
        }
        judged.push(selector);
        let Some((_, properties)) = CLASSES.iter().find(|(class, _)| *class == selector) else {
            return Err(invalid_parameter(format_args!("The CSS selector {selector} is not allowed.")));
        };
        for declaration in declarations.split(';').map(str::trim).filter(|text| !text.is_empty()) {
            check_declaration(selector, declaration, properties)?;
        }
    }
    Ok(())
}

fn check_declaration(selector: &str, declaration: &str, properties: &[&str]) -> Result<()> {
    let (property, value) = declaration.split_once(':').ok_or_else(malformed)?;
    let (property, value) = (property.trim(), value.trim().to_ascii_lowercase());
    if !properties.contains(&property) {
        return Err(invalid_parameter(format_args!("The CSS property {property} is not allowed in {selector}.")));
    }
    // Only plain values: no url(), expression(), javascript:, nor anything that could end the rule.
    let plain = |c: char| c.is_ascii_alphanumeric() || " #%.,-+!()".contains(c);
    let functions = value.matches('(').count();
    let colours = ["rgb(", "rgba(", "hsl(", "hsla("].iter().map(|f| value.matches(f).count()).sum::<usize>();
    if value.is_empty() || !value.chars().all(plain) || functions != colours {
        return Err(invalid_parameter(format_args!("The value of the CSS property {property} is not allowed.")));
    }
    Ok(())
}
