//! Active tracing of a stage ("Trace user requests to REST APIs using X-Ray"): the trace header on its way in and out,
//! the decision whether a request is recorded, and the segment document of one that is ("AWS X-Ray segment documents").

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Map, Value, json};
use world::Rng;

use crate::context::Context;
use crate::integration_request::IntegrationRequest;
use crate::method_request::{Exchange, GatewayRequest};
use crate::observe::Ended;
use crate::ports::Segment;

/// Where the trace header is.
const HEADER: &str = "x-amzn-trace-id";
/// Longest root that is read, in bytes.
const MAX_ROOT: usize = 64;
/// The largest 16-bit number that still is within five per cent.
const FIVE_PER_CENT: u16 = 3276;
/// Longest URL in a document, in characters.
const MAX_URL: usize = 2_000;
/// Longest other text in a document, in characters.
const MAX_TEXT: usize = 250;
/// Longest name of a segment, in characters.
const MAX_NAME: usize = 200;
const HEX: &[u8] = b"0123456789abcdef";

/// The default sampling rule: the first request of each second, and five per cent of the others. One for all stages, as at
/// AWS, where all that a rule fits shares its reservoir.
#[derive(Debug)]
pub(crate) struct Sampler(AtomicI64);

impl Default for Sampler {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Sampler {
    /// Whether a request of this second is recorded.
    fn admits(&self, now_s: i64, rng: &dyn Rng) -> bool {
        self.0.swap(now_s, Ordering::Relaxed) != now_s || u16::from_be_bytes(world::rng::bytes(rng)) <= FIVE_PER_CENT
    }
}

/// What a trace header says; other fields of it, `Self` of load balancers among them, are not carried on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceHeader<'a> {
    /// The trace, as the caller wrote it.
    pub root: Option<&'a str>,
    /// The caller's segment: 16 hex digits.
    pub parent: Option<&'a str>,
    /// `0` or `1`.
    pub sampled: Option<&'a str>,
}

impl<'a> TraceHeader<'a> {
    fn of(request: &'a GatewayRequest) -> Self {
        request.headers.get(HEADER).and_then(|value| value.to_str().ok()).map(Self::read).unwrap_or_default()
    }

    /// Reads a header: of each field the first that is well-formed.
    pub fn read(text: &'a str) -> Self {
        let mut header = Self::default();
        for field in text.split(';') {
            let Some((name, value)) = field.trim().split_once('=') else { continue };
            match name {
                "Root" if is_root(value) => header.root = header.root.or(Some(value)),
                "Parent" if is_hex(value, 16) => header.parent = header.parent.or(Some(value)),
                "Sampled" if matches!(value, "0" | "1") => header.sampled = header.sampled.or(Some(value)),
                _ => {}
            }
        }
        header
    }

    /// The header of these fields.
    pub fn line(&self) -> String {
        let fields = [("Root=", self.root), ("Parent=", self.parent), ("Sampled=", self.sampled)];
        let mut line = String::new();
        for (name, value) in fields.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            line.push_str(if line.is_empty() { "" } else { ";" });
            line.push_str(name);
            line.push_str(value);
        }
        line
    }
}

/// Short, and of letters, digits and hyphens.
fn is_root(text: &str) -> bool {
    (1..=MAX_ROOT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// `1-5759e988-bd862e3fe1be46a994272793`
fn is_trace_id(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut next = |len| parts.next().is_some_and(|part| is_hex(part, len));
    text.starts_with("1-") && next(1) && next(8) && next(24) && parts.next().is_none()
}

fn new_root(request: &GatewayRequest, rng: &dyn Rng) -> String {
    let unique = u128::from_be_bytes(world::rng::bytes::<16>(rng)) >> 32;
    format!("1-{:08x}-{unique:024x}", request.received.secs())
}

/// The trace header of a request to a stage that does not trace: the caller's passes, else a root is begun.
pub(crate) fn passed_on(request: &GatewayRequest, rng: &dyn Rng) -> String {
    let header = TraceHeader::of(request);
    match header.root {
        Some(_) => header.line(),
        None => TraceHeader { root: Some(&new_root(request, rng)), ..TraceHeader::default() }.line(),
    }
}

/// Who decided that a request is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recorded {
    ByCaller,
    ByRule,
    No,
}

/// A request's place in a trace.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// `1-5759e988-bd862e3fe1be46a994272793`
    pub root: String,
    parent: Option<String>,
    segment_id: String,
    subsegment_id: String,
    recorded: Recorded,
    /// By the clock's monotonic count, in nanoseconds.
    started_ns: u64,
}

impl Trace {
    /// Begins a request's part of a trace, and makes the header that goes on with it. A header whose root is no trace id
    /// is as none.
    pub(crate) fn begin(exchange: &mut Exchange, sampler: &Sampler, rng: &dyn Rng, started_ns: u64) {
        let request = &exchange.request;
        let header = TraceHeader::of(request);
        let (root, header) = match header.root.filter(|root| is_trace_id(root)) {
            Some(root) => (root.to_owned(), header),
            None => (new_root(request, rng), TraceHeader::default()),
        };
        let recorded = match header.sampled {
            Some("1") => Recorded::ByCaller,
            Some(_) => Recorded::No,
            None if sampler.admits(request.received.secs(), rng) => Recorded::ByRule,
            None => Recorded::No,
        };
        let trace = Self {
            root,
            parent: header.parent.map(str::to_owned),
            segment_id: world::rng::pick(rng, HEX, 16),
            subsegment_id: world::rng::pick(rng, HEX, 16),
            recorded,
            started_ns,
        };
        // What is behind the integration is a child of the call of it.
        let (next, sampled) = match recorded {
            Recorded::No => (&trace.segment_id, "0"),
            _ => (&trace.subsegment_id, "1"),
        };
        exchange.trace_id = TraceHeader { root: Some(&trace.root), parent: Some(next), sampled: Some(sampled) }.line();
        exchange.trace = Some(Box::new(trace));
    }

    /// Whether a document is made.
    pub(crate) fn is_recorded(&self) -> bool {
        self.recorded != Recorded::No
    }
}

/// A call of what is behind a method.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    name: String,
    namespace: &'static str,
    request: Value,
    aws: Option<Value>,
    /// By the clock's monotonic count, in nanoseconds.
    pub started_ns: u64,
    /// As the above.
    pub ended_ns: u64,
    /// Status and length of the answer, where there was one.
    pub answer: Option<(u16, u64)>,
}

impl Remote {
    /// What is about to be called; none where nothing is called or nothing is recorded.
    pub(crate) fn of(request: &IntegrationRequest, exchange: &Exchange, started_ns: u64) -> Option<Box<Self>> {
        exchange.trace.as_ref().filter(|trace| trace.is_recorded())?;
        let called = |method: &str, url: &str| json!({ "method": method, "url": cut(url, MAX_URL) });
        let (name, namespace, request, aws) = match request {
            IntegrationRequest::Mock { .. } => return None,
            IntegrationRequest::Http(call) => {
                let uri = call.request.uri();
                let name = format!("{}{}", uri.host().unwrap_or_default(), uri.path());
                (name, "remote", called(call.request.method().as_str(), &uri.to_string()), None)
            }
            IntegrationRequest::Lambda(call) => {
                let (region, arn) = (&exchange.stage.region, &call.function_arn);
                let url = call.url(region.as_str());
                let function = arn.split(':').nth(6).unwrap_or_default();
                let aws = json!({
                    "function_name": cut(function, MAX_TEXT), "region": region.as_str(), "operation": call.operation(),
                    "resource_names": [cut(function, MAX_TEXT)],
                });
                ("Lambda".to_owned(), "aws", called("POST", &url), Some(aws))
            }
            IntegrationRequest::Service(call) => {
                let aws = json!({ "region": call.region.as_str(), "operation": call.action });
                let url = call.request.uri().to_string();
                (call.service.clone(), "aws", called(call.request.method().as_str(), &url), Some(aws))
            }
        };
        let name = named(&name);
        Some(Box::new(Self { name, namespace, request, aws, started_ns, ended_ns: started_ns, answer: None }))
    }

    fn document(&self, trace: &Trace, moment: impl Fn(u64) -> f64) -> Value {
        let mut document = json!({
            "id": trace.subsegment_id, "name": self.name, "namespace": self.namespace,
            "start_time": moment(self.started_ns), "end_time": moment(self.ended_ns),
            "http": { "request": self.request },
        });
        if let (Some(aws), Some(members)) = (&self.aws, document.as_object_mut()) {
            members.insert("aws".to_owned(), aws.clone());
        }
        match (self.answer, document.as_object_mut()) {
            (Some((status, length)), Some(members)) => {
                let response = json!({ "status": status, "content_length": length });
                members.insert("http".to_owned(), json!({ "request": self.request, "response": response }));
                flags(members, status);
            }
            (None, Some(members)) => flags(members, 500),
            (_, None) => {}
        }
        document
    }
}

/// `error`, `throttle`, `fault` by a status.
fn flags(members: &mut Map<String, Value>, status: u16) {
    let set: &[&str] = match status {
        429 => &["error", "throttle"],
        400..=499 => &["error"],
        500.. => &["fault"],
        _ => &[],
    };
    members.extend(set.iter().map(|name| ((*name).to_owned(), Value::Bool(true))));
}

/// The segment of a request that is answered; none where it is not recorded.
pub(crate) fn segment(context: &Context<'_>, ended: &Ended<'_>) -> Option<Segment> {
    let trace = context.exchange.trace.as_deref().filter(|trace| trace.is_recorded())?;
    let (exchange, plan) = (context.exchange, &context.exchange.stage);
    let (request, status) = (&exchange.request, ended.response.status().as_u16());
    #[expect(clippy::cast_precision_loss, reason = "moments are told to the microsecond")]
    let moment = |ns: u64| request.received.ms() as f64 / 1e3 + ns.saturating_sub(trace.started_ns) as f64 / 1e9;
    let ids = json!({ "request_id": request.request_id, "extended_request_id": exchange.extended_request_id });
    let mut asked = json!({
        "method": cut(&exchange.verb, MAX_TEXT), "url": cut(&url(context), MAX_URL), "client_ip": request.source_ip,
        "x_forwarded_for": true,
    });
    if let (Some(agent), Some(asked)) = (exchange.header("user-agent"), asked.as_object_mut()) {
        asked.insert("user_agent".to_owned(), Value::from(cut(&agent, MAX_TEXT)));
    }
    let mut aws = json!({ "api_gateway": {
        "account_id": plan.account.as_str(), "rest_api_id": plan.api_id, "stage": plan.stage,
        "request_id": request.request_id,
    } });
    if let (Recorded::ByRule, Some(aws)) = (trace.recorded, aws.as_object_mut()) {
        aws.insert("xray".to_owned(), json!({ "sampling_rule_name": "Default" }));
    }
    let mut document = json!({
        "id": trace.segment_id,
        "name": named(&format!("{}/{}", plan.settings.api_name, plan.stage)),
        "trace_id": trace.root,
        "start_time": moment(trace.started_ns),
        "end_time": moment(trace.started_ns.saturating_add(ended.latency_us.saturating_mul(1000))),
        "origin": "AWS::ApiGateway::Stage",
        "resource_arn": format!("arn:aws:apigateway:{}::/restapis/{}/stages/{}", plan.region, plan.api_id, plan.stage),
        "http": { "request": asked, "response": { "status": status, "content_length": ended.length } },
        "aws": aws,
        "annotations": { "aws:api_id": plan.api_id, "aws:api_stage": plan.stage },
        "metadata": { "default": ids },
    });
    let members = document.as_object_mut()?;
    flags(members, status);
    if let Some(parent) = &trace.parent {
        members.insert("parent_id".to_owned(), Value::from(parent.as_str()));
    }
    if let Some(remote) = &ended.integration.remote {
        members.insert("subsegments".to_owned(), json!([remote.document(trace, moment)]));
    }
    Some(Segment { trace_id: trace.root.clone(), document })
}

fn url(context: &Context<'_>) -> String {
    let request = &context.exchange.request;
    let scheme = if request.secure { "https" } else { "http" };
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    format!("{scheme}://{}{}{query}", request.authority, context.full_path())
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A name of the letters that names may have.
fn named(text: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/%&#=+\\-@".contains(c);
    text.chars().map(|c| if fits(c) { c } else { '_' }).take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use world::fake::SeededRng;

    use super::*;

    #[test]
    fn a_trace_header_is_read_field_by_field() {
        let root = "1-5759e988-bd862e3fe1be46a994272793";
        let text = format!("Self=1-67891234-12456789abcdef012345678;Root={root}; Parent=53995c3f42cd8ad8 ;Sampled=1;a");
        let header = TraceHeader::read(&text);
        assert_eq!((header.root, header.parent, header.sampled), (Some(root), Some("53995c3f42cd8ad8"), Some("1")));
        let header = TraceHeader::read("Root=x;Parent=53995C3F42CD8AD8;Sampled=?");
        assert_eq!((header.root, header.parent, header.sampled), (Some("x"), None, None));
        assert!(is_trace_id(root));
        for bad in ["", "1-5759e988", "2-5759e988-bd862e3fe1be46a994272793", "1-5759E988-bd862e3fe1be46a994272793"] {
            assert!(!is_trace_id(bad), "{bad}");
        }
        assert!(!is_trace_id(&format!("{root}-1")));
    }

    #[test]
    fn the_default_rule_takes_one_a_second_and_five_per_cent_of_the_rest() {
        let (sampler, rng) = (Sampler::default(), SeededRng::new(7));
        let taken = (0..10_000).filter(|n| sampler.admits(n / 1_000, &rng)).count();
        assert!((410..=610).contains(&taken), "{taken}");
        let sampler = Sampler::default();
        assert!((0..100).all(|second| sampler.admits(second, &rng)));
    }

    #[test]
    fn a_name_has_the_letters_that_names_may_have() {
        assert_eq!(named("my <api>/dev"), "my _api_/dev");
        assert_eq!(named(&"x".repeat(300)).len(), MAX_NAME);
    }

    proptest! {
        #[test]
        fn any_header_can_be_read(text in ".{0,200}") {
            let header = TraceHeader::read(&text);
            prop_assert!(header.parent.is_none_or(|parent| parent.len() == 16));
            let line = header.line();
            prop_assert_eq!(TraceHeader::read(&line), header);
        }
    }
}
