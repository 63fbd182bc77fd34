//! ImportApiKeys: a CSV with the columns Name, key, description, Enabled, usageplanIds, in any order and case.

use model_apigateway::{ApiKeyIds, ApiKeysFormat, ImportApiKeysRequest};
use store::retry;

use super::create_api_key::{NewKey, create};
use super::create_usage_plan_key;
use crate::Cx;
use crate::error::{Result, bad_request};

/// Most keys of one file.
const MAX_ROWS: usize = 10_000;

/// Makes keys from a file and puts them into plans.
pub async fn import_api_keys(cx: &Cx<'_>, input: ImportApiKeysRequest) -> Result<ApiKeyIds> {
    let ApiKeysFormat::Csv = input.format;
    let text = String::from_utf8(input.body.0).map_err(|_| bad_request("Invalid CSV input: not UTF-8"))?;
    let rows = read(&text)?;
    let fail = input.fail_on_warnings.unwrap_or(false);
    let (mut ids, mut warnings) = (Vec::new(), Vec::new());
    for (number, row) in (1..).zip(rows) {
        match import(cx, row).await {
            Ok(id) => ids.push(id),
            Err(error) if error.internal.is_some() || fail => return Err(error),
            Err(error) => warnings.push(format!("Row {number}: {}", error.message)),
        }
    }
    Ok(ApiKeyIds { ids: Some(ids), warnings: Some(warnings) })
}

async fn import(cx: &Cx<'_>, (key, plan_ids): (NewKey, Vec<String>)) -> Result<String> {
    key.check()?;
    let made = retry(cx.store(), || create(cx, &key)).await?;
    let id = made.id.unwrap_or_default();
    for plan_id in &plan_ids {
        retry(cx.store(), || create_usage_plan_key::create(cx, plan_id, &id)).await?;
    }
    Ok(id)
}

fn read(text: &str) -> Result<Vec<(NewKey, Vec<String>)>> {
    let mut records = records(text)?.into_iter();
    let header: Vec<String> =
        records.next().unwrap_or_default().iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    let column = |name: &str| header.iter().position(|column| column == name);
    let missing = || bad_request("Invalid CSV input: the columns name and key are required");
    let (name, key) = column("name").zip(column("key")).ok_or_else(missing)?;
    let (description, enabled, plans) = (column("description"), column("enabled"), column("usageplanids"));
    let row = |fields: Vec<String>| {
        let field = |at: Option<usize>| {
            at.and_then(|at| fields.get(at)).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let new = NewKey {
            name: field(Some(name)),
            value: field(Some(key)),
            description: field(description),
            enabled: field(enabled).is_none_or(|text| text.eq_ignore_ascii_case("true")),
            ..NewKey::default()
        };
        let plan_ids = field(plans).unwrap_or_default();
        (new, plan_ids.split([',', ';', ' ']).filter(|id| !id.is_empty()).map(str::to_owned).collect())
    };
    Ok(records.map(row).collect())
}

/// Records of RFC 4180: fields may stand in quotes, a quote within is doubled.
fn records(text: &str) -> Result<Vec<Vec<String>>> {
    let mut all = Vec::new();
    let (mut record, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                push(&mut all, std::mem::take(&mut record));
            }
            other => field.push(other),
        }
        if all.len() > MAX_ROWS {
            return Err(bad_request("Invalid CSV input: too many rows"));
        }
    }
    record.push(field);
    push(&mut all, record);
    if quoted { Err(bad_request("Invalid CSV input: a quote is not closed")) } else { Ok(all) }
}

/// Keeps a record unless its line was empty.
fn push(all: &mut Vec<Vec<String>>, record: Vec<String>) {
    if record.iter().any(|field| !field.trim().is_empty()) {
        all.push(record);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_hold_commas_and_lines() {
        let text = "name,key\r\n\"a,\"\"b\"\"\",\"x\ny\"\n\n";
        assert_eq!(
            records(text).unwrap(),
            [["name", "key"].map(str::to_owned), ["a,\"b\"", "x\ny"].map(str::to_owned)]
        );
        assert!(records("a,\"b").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\",\n\ra]{0,40}") {
            if let Ok(rows) = records(&text) {
                prop_assert!(rows.len() <= text.matches('\n').count() + 1);
            }
        }
    }
}
