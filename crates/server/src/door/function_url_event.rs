//! Payload format 2.0 as functions' addresses speak it: a request as an event, an answer as a response (developer guide,
//! "Request and response payloads" of function URLs).

use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Response, StatusCode};
use lambda::entity::UrlConfig;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::app::Arrival;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Headers that this server sets by itself.
const OURS: [&str; 5] = ["connection", "content-length", "transfer-encoding", "keep-alive", "upgrade"];

/// Who signed a request.
pub struct Caller {
    /// `AKIA…`.
    pub access_key: String,
    /// Twelve digits.
    pub account: String,
    /// `AIDA…`.
    pub user_id: String,
    /// ARN.
    pub arn: String,
}

/// What an event is made of.
pub struct Event<'a> {
    /// The request.
    pub arrival: &'a Arrival,
    /// Where it went.
    pub url: &'a UrlConfig,
    /// Path at the address.
    pub path: &'a str,
    /// Its body.
    pub body: &'a Bytes,
    /// Who signed, where that was asked for.
    pub caller: Option<&'a Caller>,
    /// When.
    pub now: Timestamp,
}

/// The event.
pub fn event(of: &Event<'_>) -> Bytes {
    let parts = &of.arrival.parts;
    let query = parts.uri.query().unwrap_or_default();
    let text = text_of(&parts.headers, of.body);
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": of.path,
        "rawQueryString": query,
        "headers": headers(of),
        "requestContext": context(of),
        "isBase64Encoded": text.is_none() && !of.body.is_empty(),
    });
    if let Some(members) = event.as_object_mut() {
        let cookies = cookies(&parts.headers);
        if !cookies.is_empty() {
            members.insert("cookies".to_owned(), cookies.into());
        }
        if !query.is_empty() {
            members.insert("queryStringParameters".to_owned(), Value::Object(pairs(query)));
        }
        if !of.body.is_empty() {
            let body = text.map_or_else(|| STANDARD.encode(of.body), str::to_owned);
            members.insert("body".to_owned(), body.into());
        }
    }
    Bytes::from(event.to_string())
}

fn context(of: &Event<'_>) -> Value {
    let (parts, url) = (&of.arrival.parts, of.url);
    let header = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let mut context = json!({
        "accountId": of.caller.map_or("anonymous", |caller| caller.account.as_str()),
        "apiId": url.id,
        "domainName": of.arrival.host.as_ref().map(|host| host.as_str()).unwrap_or_default(),
        "domainPrefix": url.id,
        "http": {
            "method": parts.method.as_str(),
            "path": of.path,
            "protocol": format!("{:?}", parts.version),
            "sourceIp": of.arrival.peer.ip(),
            "userAgent": header(http::header::USER_AGENT).unwrap_or_default(),
        },
        "requestId": of.arrival.request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": time(of.now),
        "timeEpoch": of.now.ms(),
    });
    if let (Some(caller), Some(members)) = (of.caller, context.as_object_mut()) {
        let iam = json!({
            "accessKey": caller.access_key,
            "accountId": caller.account,
            "callerId": caller.user_id,
            "cognitoIdentity": null,
            "principalOrgId": null,
            "userArn": caller.arn,
            "userId": caller.user_id,
        });
        members.insert("authorizer".to_owned(), json!({ "iam": iam }));
    }
    context
}

/// `12/Mar/2020:19:03:58 +0000`.
fn time(at: Timestamp) -> String {
    let c = at.civil();
    let month = usize::try_from(c.month.saturating_sub(1)).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"Jan");
    format!("{:02}/{month}/{:04}:{:02}:{:02}:{:02} +0000", c.day, c.year, c.hour, c.minute, c.second)
}

/// Names in lower case, values of one name joined. Cookies stand apart.
fn headers(of: &Event<'_>) -> Map<String, Value> {
    let mut all = Map::new();
    let headers = &of.arrival.parts.headers;
    for name in headers.keys().filter(|name| **name != COOKIE) {
        let values: Vec<_> = headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes())).collect();
        all.insert(name.as_str().to_owned(), values.join(",").into());
    }
    all.entry("host")
        .or_insert_with(|| of.arrival.host.as_ref().map_or_else(String::new, |h| h.as_str().into()).into());
    all.insert("x-forwarded-for".to_owned(), of.arrival.peer.ip().into());
    all.insert("x-forwarded-proto".to_owned(), if of.arrival.peer.secure { "https" } else { "http" }.into());
    all
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

/// Parameters by name, values of one name joined.
fn pairs(query: &str) -> Map<String, Value> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut all = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        let joined = match all.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        all.insert(name, joined.into());
    }
    all
}

/// A body that is text by its type.
fn text_of<'a>(headers: &HeaderMap, body: &'a Bytes) -> Option<&'a str> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let exact = ["application/json", "application/javascript", "application/xml"];
    let is_text = kind.starts_with("text/")
        || exact.contains(&kind.as_str())
        || kind.ends_with("+json")
        || kind.ends_with("+xml");
    if is_text { std::str::from_utf8(body).ok() } else { None }
}

/// The response that a function's answer stands for: with a status code what it says, without one the answer itself.
/// `None` where it says what is no response.
pub fn answered(payload: &Bytes) -> Option<Response<Bytes>> {
    let value: Value = serde_json::from_slice(payload).ok()?;
    let Some(said) = value.as_object().filter(|said| said.contains_key("statusCode")) else {
        let mut response = Response::new(payload.clone());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        return Some(response);
    };
    let status = said.get("statusCode")?;
    let status = status.as_u64().or_else(|| status.as_str()?.parse().ok())?;
    let status = StatusCode::from_u16(u16::try_from(status).ok()?).ok().filter(|status| status.as_u16() >= 200)?;
    let body = match said.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if said.get("isBase64Encoded").and_then(Value::as_bool) == Some(true) => {
            Bytes::from(STANDARD.decode(text).ok()?)
        }
        Some(Value::String(text)) => Bytes::from(text.clone()),
        Some(other) => Bytes::from(other.to_string()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let to = response.headers_mut();
    to.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in said.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !OURS.contains(&name.as_str()) {
            to.insert(name, HeaderValue::try_from(value).ok()?);
        }
    }
    for cookie in said.get("cookies").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        to.append(SET_COOKIE, HeaderValue::try_from(cookie).ok()?);
    }
    Some(response)
}

/// The response that the metadata of a streamed answer stands for. `None` where they say what is no response.
pub fn begun(metadata: &Bytes) -> Option<Response<()>> {
    let mut said: Map<String, Value> = serde_json::from_slice(metadata).ok()?;
    said.entry("statusCode").or_insert_with(|| 200.into());
    said.remove("body");
    let named = |said: &Value| {
        said.as_object().is_some_and(|all| all.keys().any(|name| name.eq_ignore_ascii_case("content-type")))
    };
    let typed = said.get("headers").is_some_and(named);
    let mut response = answered(&Value::Object(said).to_string().into())?;
    if !typed {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    Some(response.map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(payload: &str, status: u16, content_type: &str, body: &str) {
        let response = answered(&Bytes::copy_from_slice(payload.as_bytes())).unwrap();
        assert_eq!(response.status(), status, "{payload}");
        assert_eq!(response.headers()[CONTENT_TYPE], content_type, "{payload}");
        assert_eq!(response.body(), body, "{payload}");
    }

    #[test]
    fn an_answer_without_a_status_is_the_body() {
        check("\"Hello, world!\"", 200, "application/json", "\"Hello, world!\"");
        check("{\"message\":\"hi\"}", 200, "application/json", "{\"message\":\"hi\"}");
        check("null", 200, "application/json", "null");
    }

    #[test]
    fn an_answer_with_a_status_says_the_rest_too() {
        check("{\"statusCode\":201,\"body\":\"x\"}", 201, "application/json", "x");
        check("{\"statusCode\":\"404\"}", 404, "application/json", "");
        let html = "{\"statusCode\":200,\"headers\":{\"Content-Type\":\"text/html\"},\"body\":\"PGI+\",\"isBase64Encoded\":true}";
        check(html, 200, "text/html", "<b>");
        let cookies =
            "{\"statusCode\":200,\"cookies\":[\"a=1\",\"b=2\"],\"headers\":{\"content-length\":\"9\",\"x-n\":7}}";
        let response = answered(&Bytes::copy_from_slice(cookies.as_bytes())).unwrap();
        let set: Vec<_> = response.headers().get_all(SET_COOKIE).iter().collect();
        assert_eq!(set, ["a=1", "b=2"]);
        assert_eq!(response.headers()["x-n"], "7");
        assert!(!response.headers().contains_key("content-length"));
    }

    #[test]
    fn metadata_are_a_response_without_its_body() {
        let begun = |metadata: &str| begun(&Bytes::copy_from_slice(metadata.as_bytes()));
        let response =
            begun("{\"statusCode\":201,\"headers\":{\"content-type\":\"text/plain\"},\"cookies\":[\"a=1\"]}").unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()[CONTENT_TYPE]),
            (201, &HeaderValue::from_static("text/plain"))
        );
        assert_eq!(response.headers()[SET_COOKIE], "a=1");
        assert_eq!(begun("{}").unwrap().headers()[CONTENT_TYPE], "application/octet-stream");
        assert!(begun("no json").is_none() && begun("{\"statusCode\":99}").is_none());
    }

    #[test]
    fn nonsense_is_no_response() {
        for bad in [
            "{\"statusCode\":\"x\"}",
            "{\"statusCode\":99}",
            "{\"statusCode\":101}",
            "{\"statusCode\":70000}",
            "{\"statusCode\":200,\"body\":\"%\",\"isBase64Encoded\":true}",
            "{\"statusCode\":200,\"headers\":{\"a b\":\"x\"}}",
            "{\"statusCode\":200,\"headers\":{\"a\":\"x\\r\\ny: z\"}}",
            "{\"statusCode\":200,\"cookies\":[\"a\\nb\"]}",
            "no json",
        ] {
            assert!(answered(&Bytes::copy_from_slice(bad.as_bytes())).is_none(), "{bad}");
        }
    }

    #[test]
    fn parameters_of_one_name_are_joined() {
        let pairs = pairs("a=1&a=2&b=x%20y&c");
        assert_eq!(Value::Object(pairs), json!({ "a": "1,2", "b": "x y", "c": "" }));
        assert_eq!(time(Timestamp::from_ms(1_583_348_638_390)), "04/Mar/2020:19:03:58 +0000");
    }
}
