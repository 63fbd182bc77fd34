//! `cargo x coverage`: writes `docs/coverage.md` from what the built server says of itself.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::process::{cargo, output};
use crate::{Mode, Outcome};

const INTRO: &str = "<!-- Written by `cargo x coverage`. Do not edit. -->
# Coverage

Every operation of the served models. *done*: behaves as AWS's does, as far as known. *partial*: works, less what stands
beside it. *not yet*: answers 501 `NotImplementedException` with its name.
";

/// Writes the page, or compares it.
pub fn run(root: &Path, mode: Mode) -> Outcome {
    let mut server = cargo(root, &["run", "--quiet", "--package", "server", "--bin", "portcullis", "--", "coverage"]);
    let services: Value = serde_json::from_slice(&output("portcullis coverage", &mut server)?)?;
    let page = render(&services)?;
    let path = root.join("docs/coverage.md");
    if mode == Mode::Write {
        return Ok(fs::write(path, page)?);
    }
    if fs::read_to_string(&path).is_ok_and(|now| now == page) {
        Ok(())
    } else {
        Err("docs/coverage.md is stale, run `cargo x coverage`".into())
    }
}

fn render(services: &Value) -> Outcome<String> {
    let services = services.as_array().ok_or("portcullis coverage printed no list")?;
    let mut page = String::from(INTRO);
    page.push_str("\n| service | done | partial | not yet |\n|---|---:|---:|---:|\n");
    for service in services {
        let name = text(service, "service")?;
        let count = |state: &str| operations(service).iter().filter(|operation| operation["state"] == state).count();
        let (done, partial, not_yet) = (count("done"), count("partial"), count("not yet"));
        writeln!(page, "| [{name}](#{name}) | {done} | {partial} | {not_yet} |")?;
    }
    for service in services {
        writeln!(page, "\n## {}\n\n| operation | state | |\n|---|---|---|", text(service, "service")?)?;
        for operation in operations(service) {
            let (name, state) = (text(operation, "name")?, text(operation, "state")?);
            if !["done", "partial", "not yet"].contains(&state) {
                return Err(format!("{name}: no such state as {state:?}").into());
            }
            let note = operation["note"].as_str().unwrap_or_default().replace('|', "\\|");
            writeln!(page, "{}", format!("| {name} | {state} | {note}").trim_end().to_owned() + " |")?;
        }
    }
    Ok(page)
}

fn operations(service: &Value) -> &[Value] {
    service["operations"].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> Outcome<&'a str> {
    value[key].as_str().ok_or_else(|| format!("portcullis coverage printed an entry without {key:?}").into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_page_counts_and_lists_every_operation() {
        let page = render(&json!([{"service": "s3", "operations": [
            {"name": "CopyObject", "state": "not yet"},
            {"name": "GetObject", "state": "partial", "note": "no a|b"},
            {"name": "PutObject", "state": "done", "note": ""},
        ]}]))
        .unwrap();
        assert!(page.contains("| [s3](#s3) | 1 | 1 | 1 |\n"));
        assert!(page.contains("## s3\n\n| operation | state | |\n|---|---|---|\n| CopyObject | not yet | |\n"));
        assert!(page.contains("| GetObject | partial | no a\\|b |\n| PutObject | done | |\n"));
    }

    #[test]
    fn a_state_that_nobody_knows_is_refused() {
        let services = json!([{"service": "s3", "operations": [{"name": "GetObject", "state": "maybe"}]}]);
        assert_eq!(render(&services).unwrap_err().to_string(), "GetObject: no such state as \"maybe\"");
    }
}
