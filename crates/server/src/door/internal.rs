//! Portcullis's own pages: `/_portcullis/health`, `/_portcullis/metrics`, and in local mode the inbox and the clock.

use aws_types::Timestamp;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use world::{Clock as _, Message};

use crate::app::{App, Arrival, text};
use crate::body::{RequestBody, ResponseBody, read};
use crate::config::Mode;
use crate::door::aws_api::origin_is_local;
use crate::front_door::host::Named;

/// Messages in one answer, unless `limit` asks for fewer.
const MESSAGES: usize = 100;
/// Log events in one answer, unless `limit` asks for fewer.
const LOG_EVENTS: usize = 1_000;

/// Answers `/_portcullis/…`.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody) -> Response<ResponseBody> {
    let path = arrival.parts.uri.path();
    let path = path.strip_prefix("/_portcullis").unwrap_or(path).to_owned();
    let method = arrival.parts.method.clone();
    match (path.as_str(), &method) {
        ("/health", &Method::GET | &Method::HEAD) => json_answer(StatusCode::OK, &json!({ "status": "ok" })),
        ("/metrics", &Method::GET | &Method::HEAD) => {
            let rendered = app.metrics.render()
                + &crate::gateway_metrics::render(&app.rooms.gateway.plans().metrics())
                + &crate::gateway_metrics::render_http(&app.rooms.http_apis.plans().metrics())
                + &crate::log_metrics::render(&app.rooms.log_groups)
                + &app.delivery.render()
                + &app.traces.render();
            text(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", rendered)
        }
        ("/messages", &Method::GET) => local_only(app, &arrival, || messages_json(app, &arrival)),
        ("" | "/" | "/inbox", &Method::GET) => local_only(app, &arrival, || inbox_page(app, &arrival)),
        ("/logs", &Method::GET) => local_only(app, &arrival, || logs_json(app, &arrival)),
        (explained, &Method::GET) if explained.starts_with("/explain/") => {
            local_only(app, &arrival, || explain(app, explained))
        }
        ("/traces" | "/traces/", &Method::GET) => {
            local_only(app, &arrival, || json_answer(StatusCode::OK, &app.traces.list()))
        }
        (traced, &Method::GET) if traced.starts_with("/traces/") => local_only(app, &arrival, || trace(app, traced)),
        ("/clock", &Method::GET) => local_only(app, &arrival, || clock_state(app)),
        ("/clock", &Method::POST) => match forbidden(app, &arrival) {
            Some(refusal) => refusal,
            None => advance(app, body).await,
        },
        _ => json_answer(StatusCode::NOT_FOUND, &json!({ "message": "There is no such page." })),
    }
}

fn local_only(app: &App, arrival: &Arrival, page: impl FnOnce() -> Response<ResponseBody>) -> Response<ResponseBody> {
    forbidden(app, arrival).unwrap_or_else(page)
}

/// The inbox and the clock are for the person at this machine: local mode, a Host of ours, no foreign Origin.
fn forbidden(app: &App, arrival: &Arrival) -> Option<Response<ResponseBody>> {
    let refused = |why: &str| Some(json_answer(StatusCode::FORBIDDEN, &json!({ "message": why })));
    if app.mode != Mode::Local {
        return refused("This page exists in local mode only.");
    }
    // A site, an API or a pool's pages under a name of their own are pages of others: they must not read the inbox.
    let own_name = arrival.host.as_ref().is_some_and(|host| host.named() == Named::Plain);
    if !own_name || !app.host_is_ours(arrival) {
        return refused("This host name is not one of the server's own.");
    }
    if !origin_is_local(&arrival.parts.headers) {
        return refused("Pages of other origins may not use this.");
    }
    None
}

fn json_answer(status: StatusCode, value: &Value) -> Response<ResponseBody> {
    let mut response = text(status, "application/json", value.to_string());
    response.headers_mut().insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}

/// `?pool=…&user=…&to=…&limit=N`.
struct Wanted {
    pool: Option<String>,
    user: Option<String>,
    to: Option<String>,
    limit: usize,
}

impl Wanted {
    fn read(query: Option<&str>) -> Self {
        let value = |name: &str| {
            let raw = query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
            let spaced = raw.replace('+', " ");
            // A plus in an address is more likely meant than a blank, and phone numbers begin with one.
            let raw = if name == "to" || name == "user" { raw.to_owned() } else { spaced };
            percent_encoding::percent_decode_str(&raw).decode_utf8().ok().map(std::borrow::Cow::into_owned)
        };
        let limit = value("limit").and_then(|text| text.parse().ok()).unwrap_or(MESSAGES).min(MESSAGES);
        Self { pool: value("pool"), user: value("user"), to: value("to"), limit }
    }

    fn matches(&self, message: &Message) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
        fits(&self.pool, &message.pool) && fits(&self.user, &message.user) && fits(&self.to, &message.to)
    }
}

fn wanted(app: &App, arrival: &Arrival) -> Vec<Message> {
    let wanted = Wanted::read(arrival.parts.uri.query());
    app.inbox.newest(wanted.limit, |message| wanted.matches(message))
}

fn messages_json(app: &App, arrival: &Arrival) -> Response<ResponseBody> {
    let listed: Vec<Value> = wanted(app, arrival)
        .into_iter()
        .map(|m| {
            json!({
                "pool": m.pool, "user": m.user, "to": m.to, "channel": m.channel.as_str(), "subject": m.subject,
                "body": m.body, "code": m.code, "time": m.time.iso8601(),
            })
        })
        .collect();
    json_answer(StatusCode::OK, &Value::Array(listed))
}

/// `?group=…&limit=N`: the newest events of the gateway's logs, oldest first.
fn logs_json(app: &App, arrival: &Arrival) -> Response<ResponseBody> {
    let value = |name: &str| {
        let query = arrival.parts.uri.query()?;
        let raw = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        percent_encoding::percent_decode_str(raw).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    let limit = value("limit").and_then(|text| text.parse().ok()).unwrap_or(LOG_EVENTS).min(LOG_EVENTS);
    json_answer(StatusCode::OK, &app.logs.newest(value("group").as_deref(), limit))
}

fn inbox_page(app: &App, arrival: &Arrival) -> Response<ResponseBody> {
    let mut rows = String::new();
    for m in wanted(app, arrival) {
        let cells = [&m.time.iso8601(), m.channel.as_str(), &m.to, &m.subject, &m.body];
        rows.push_str("<tr>");
        for cell in cells {
            rows.push_str(&format!("<td>{}</td>", escape(cell)));
        }
        rows.push_str("</tr>\n");
    }
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>Inbox</title><style>body{{font:1rem/1.5 system-ui;margin:2rem}}\
         table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #ccc;padding:.5rem;text-align:left}}\
         </style></head><body><h1>Inbox</h1><p>Codes and mails of this server, newest first.</p>\n<table><thead><tr>\
         <th>Time</th><th>By</th><th>To</th><th>Subject</th><th>Text</th></tr></thead><tbody>\n{rows}</tbody></table>\
         </body></html>\n"
    );
    let mut response = text(StatusCode::OK, "text/html; charset=utf-8", page);
    let headers = response.headers_mut();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    headers.insert(http::header::CONTENT_SECURITY_POLICY, http::HeaderValue::from_static(policy));
    headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Why a call of an API was refused.
fn explain(app: &App, path: &str) -> Response<ResponseBody> {
    let request_id = path.strip_prefix("/explain/").unwrap_or_default();
    match app.rooms.gateway.refusals().and_then(|refusals| refusals.find(request_id)) {
        Some(told) => json_answer(StatusCode::OK, &told),
        None => {
            let message = "No call of an API with this request id was refused, or too many have been since.";
            json_answer(StatusCode::NOT_FOUND, &json!({ "message": message }))
        }
    }
}

/// The segments of a trace.
fn trace(app: &App, path: &str) -> Response<ResponseBody> {
    let trace_id = path.strip_prefix("/traces/").unwrap_or_default();
    match app.traces.find(trace_id) {
        Some(found) => json_answer(StatusCode::OK, &found),
        None => {
            let message = "No request of this trace was recorded by a stage that traces, or too many have been since.";
            json_answer(StatusCode::NOT_FOUND, &json!({ "message": message }))
        }
    }
}

fn clock_state(app: &App) -> Response<ResponseBody> {
    let offset_ms = app.clock.offset_ms();
    let now: Timestamp = app.clock.now();
    json_answer(StatusCode::OK, &json!({ "now": now.iso8601(), "advanced_s": offset_ms / 1000 }))
}

async fn advance(app: &App, body: RequestBody) -> Response<ResponseBody> {
    let refused = |why: &str| json_answer(StatusCode::BAD_REQUEST, &json!({ "message": why }));
    let Ok(body) = read(body, 1024).await else { return refused("The body is too large or broke off.") };
    let seconds = serde_json::from_slice::<Value>(&body).ok().and_then(|value| value.get("advance_s")?.as_i64());
    let Some(seconds) = seconds else { return refused("Send {\"advance_s\": N}, N a whole number of seconds.") };
    match seconds.checked_mul(1000).and_then(|ms| app.clock.advance(ms)) {
        Some(_) => clock_state(app),
        None => refused("The clock only moves forward, by ten years at most."),
    }
}
