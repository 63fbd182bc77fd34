//! The settings of a managed login branding as custom properties of the pages' style sheet.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Bar, Look};

/// Most pixels of a radius.
const MAX_RADIUS: f64 = 64.0;

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `LIGHT`.
    Light,
    /// `DARK`.
    Dark,
}

impl Mode {
    const fn member(self) -> &'static str {
        match self {
            Self::Light => "lightMode",
            Self::Dark => "darkMode",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Light => "LIGHT",
            Self::Dark => "DARK",
        }
    }
}

/// A custom property, and where its colour stands: before and after the mode's member.
const COLOURS: [(&str, &str, &str); 25] = [
    ("--page", "/components/pageBackground", "/color"),
    ("--glow", "/components/pageBackground", "/color"),
    ("--card", "/components/form", "/backgroundColor"),
    ("--hair", "/components/form", "/borderColor"),
    ("--heading", "/components/pageText", "/headingColor"),
    ("--text", "/components/pageText", "/bodyColor"),
    ("--soft", "/components/pageText", "/descriptionColor"),
    ("--accent", "/components/primaryButton", "/defaults/backgroundColor"),
    ("--on-accent", "/components/primaryButton", "/defaults/textColor"),
    ("--accent-strong", "/components/primaryButton", "/hover/backgroundColor"),
    ("--link", "/componentClasses/link", "/defaults/textColor"),
    ("--link-strong", "/componentClasses/link", "/hover/textColor"),
    ("--field", "/componentClasses/input", "/defaults/backgroundColor"),
    ("--line", "/componentClasses/input", "/defaults/borderColor"),
    ("--label", "/componentClasses/inputLabel", "/textColor"),
    ("--focus", "/componentClasses/focusState", "/borderColor"),
    ("--divider", "/componentClasses/divider", "/borderColor"),
    ("--bad", "/componentClasses/statusIndicator", "/error/indicatorColor"),
    ("--good", "/componentClasses/statusIndicator", "/success/indicatorColor"),
    ("--bad-soft", "/components/alert", "/error/backgroundColor"),
    ("--bad-line", "/components/alert", "/error/borderColor"),
    ("--header", "/components/pageHeader", "/background/color"),
    ("--header-line", "/components/pageHeader", "/borderColor"),
    ("--footer", "/components/pageFooter", "/background/color"),
    ("--footer-line", "/components/pageFooter", "/borderColor"),
];

/// Radii in pixels.
const RADII: [(&str, &str); 4] = [
    ("--button-radius", "/componentClasses/buttons/borderRadius"),
    ("--field-radius", "/componentClasses/input/borderRadius"),
    ("--card-radius", "/components/form/borderRadius"),
    ("--message-radius", "/components/alert/borderRadius"),
];

/// The style of the settings.
pub(super) fn look(id: &str, version: &str, settings: &Value, pictures: BTreeSet<String>) -> Look {
    let scheme = settings.pointer("/categories/global/colorSchemeMode").and_then(Value::as_str).unwrap_or("LIGHT");
    let block = |mode| block(settings, &pictures, mode);
    let mut css = match scheme {
        "DARK" => format!(
            ":root {{ color-scheme: dark; }}\n{0}@media (prefers-color-scheme: dark) {{\n{0}}}\n",
            block(Mode::Dark)
        ),
        "DYNAMIC" => {
            format!("{}@media (prefers-color-scheme: dark) {{\n{}}}\n", block(Mode::Light), block(Mode::Dark))
        }
        _ => format!(
            ":root {{ color-scheme: light; }}\n{0}@media (prefers-color-scheme: dark) {{\n{0}}}\n",
            block(Mode::Light)
        ),
    };
    css.push_str(&place(settings));
    let main = if scheme == "DARK" { Mode::Dark } else { Mode::Light };
    let find = |category: &str, mode| picture(&pictures, category, mode);
    let logo = find("FORM_LOGO", main).filter(|_| is_on(settings, "/components/form/logo/enabled"));
    let icon = find("FAVICON_SVG", main).or_else(|| find("FAVICON_ICO", main));
    let bar = |name: &str, category: &str| {
        let hidden =
            settings.pointer(&format!("/components/{name}/logo/enabled")).and_then(Value::as_bool) == Some(false);
        let logo = find(category, main).filter(|_| !hidden);
        is_on(settings, &format!("/categories/global/{name}/enabled")).then_some(Bar { logo })
    };
    let (header, footer) = (bar("pageHeader", "PAGE_HEADER_LOGO"), bar("pageFooter", "PAGE_FOOTER_LOGO"));
    Look { id: id.to_owned(), css, logo, icon, header, footer, pictures, version: version.to_owned() }
}

/// The properties of one mode, and the backgrounds that are pictures.
fn block(settings: &Value, pictures: &BTreeSet<String>, mode: Mode) -> String {
    let colour = |(name, before, after): &(&str, &str, &str)| {
        let value = settings.pointer(&format!("{before}/{}{after}", mode.member())).and_then(Value::as_str)?;
        Some(format!("  {name}: {};\n", hex(value)?))
    };
    let radius = |(name, at): &(&str, &str)| {
        let pixels =
            settings.pointer(at).and_then(Value::as_f64).filter(|pixels| (0.0..=MAX_RADIUS).contains(pixels))?;
        Some(format!("  {name}: {pixels}px;\n"))
    };
    let properties: String = COLOURS.iter().filter_map(colour).chain(RADII.iter().filter_map(radius)).collect();
    let background = |selector: &str, category: &str, switch: &str| {
        let name = picture(pictures, category, mode).filter(|_| is_on(settings, switch))?;
        Some(format!("{selector} {{ background: url(\"{{assets}}{name}\") center / cover no-repeat; }}\n"))
    };
    let page = background("body", "PAGE_BACKGROUND", "/components/pageBackground/image/enabled");
    let form = background(".card", "FORM_BACKGROUND", "/components/form/backgroundImage/enabled");
    let bar = |selector, category, name: &str| {
        background(selector, category, &format!("/components/{name}/backgroundImage/enabled"))
    };
    let header = bar(".page-header", "PAGE_HEADER_BACKGROUND", "pageHeader");
    let footer = bar(".page-footer", "PAGE_FOOTER_BACKGROUND", "pageFooter");
    let backgrounds: String = [page, form, header, footer].into_iter().flatten().collect();
    format!(":root {{\n{properties}}}\n{backgrounds}")
}

/// Where the form stands on a wide page, and the pictures in the bars.
fn place(settings: &Value) -> String {
    let at = |place: &str| match settings.pointer(place).and_then(Value::as_str) {
        Some("START") => "start",
        Some("END") => "end",
        _ => "center",
    };
    let horizontal = at("/categories/form/location/horizontal");
    let vertical = at("/categories/form/location/vertical");
    let (header, footer) = (at("/components/pageHeader/location"), at("/components/pageFooter/location"));
    format!(
        "@media (min-width: 30rem) {{ body {{ justify-items: {horizontal}; align-items: {vertical}; }} }}\n\
         :root {{ --header-at: {header}; --footer-at: {footer}; }}\n"
    )
}

/// The picture of a category for a mode: its own, else the one for both.
fn picture(pictures: &BTreeSet<String>, category: &str, mode: Mode) -> Option<String> {
    let names = [mode.suffix(), "DYNAMIC", Mode::Light.suffix()].map(|suffix| format!("{category}-{suffix}"));
    names.into_iter().find(|name| pictures.contains(name))
}

fn is_on(settings: &Value, at: &str) -> bool {
    settings.pointer(at).and_then(Value::as_bool).unwrap_or(false)
}

/// `rrggbb` or `rrggbbaa` as CSS has it.
fn hex(text: &str) -> Option<String> {
    let good = matches!(text.len(), 6 | 8) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if good { Some(format!("#{text}")) } else { (text == "transparent").then(|| text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pictures(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn settings_become_properties_and_pictures() {
        let settings = json!({
            "categories": { "global": { "colorSchemeMode": "DYNAMIC", "pageHeader": { "enabled": true } },
                "form": { "location": { "horizontal": "END" } } },
            "componentClasses": { "buttons": { "borderRadius": 3.5 } },
            "components": {
                "primaryButton": { "lightMode": { "defaults": { "backgroundColor": "ff0000ff" } } },
                "pageBackground": { "image": { "enabled": true }, "darkMode": { "color": "101010ff" } },
                "form": { "logo": { "enabled": true } },
                "alert": { "lightMode": { "error": { "backgroundColor": "fff4d6ff" } } },
                "pageHeader": { "location": "END", "logo": { "enabled": false } },
            },
        });
        let look =
            look("c", "1", &settings, pictures(&["PAGE_BACKGROUND-LIGHT", "FORM_LOGO-DYNAMIC", "FAVICON_ICO-DYNAMIC"]));
        assert!(look.header.is_some_and(|bar| bar.logo.is_none()) && look.footer.is_none());
        for part in [
            "--bad-soft: #fff4d6ff;",
            "--header-at: end;",
            "--accent: #ff0000ff;",
            "--page: #101010ff;",
            "--button-radius: 3.5px;",
            "justify-items: end",
        ] {
            assert!(look.css.contains(part), "{part}: {}", look.css);
        }
        assert!(look.css.contains("url(\"{assets}PAGE_BACKGROUND-LIGHT\")"));
        assert_eq!(
            (look.logo.as_deref(), look.icon.as_deref()),
            (Some("FORM_LOGO-DYNAMIC"), Some("FAVICON_ICO-DYNAMIC"))
        );
    }

    #[test]
    fn attack_118_nothing_but_colours_and_numbers_gets_into_the_sheet() {
        for bad in ["red;} body{display:none", "url(x)", "</style>", "ff00", "ff0000zz"] {
            let settings =
                json!({ "components": { "form": { "lightMode": { "backgroundColor": bad }, "borderRadius": bad } } });
            let look = look("c", "1", &settings, BTreeSet::new());
            assert!(!look.css.contains("--card") && !look.css.contains('<'), "{}", look.css);
        }
    }
}
