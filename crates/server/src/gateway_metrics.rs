//! The gateway's counters under CloudWatch's names (developer guide, "Amazon API Gateway dimensions and metrics", "Working
//! with metrics for HTTP APIs"), in Prometheus's text form: by API and stage, and by method or route where a stage asks for
//! detailed metrics. REST APIs and HTTP APIs name the same things differently, and have families of their own.

use std::fmt::Write as _;

use execute_api::metrics::{StageSnapshot, Values};

type Reading = fn(&Values) -> u64;
type HttpReading = fn(&http_api::metrics::Values) -> u64;

/// Counters by name. Latencies are sums; divide by the count beside them.
const COUNTERS: [(&str, Reading); 8] = [
    ("Count", |values| values.count),
    ("4XXError", |values| values.errors_4xx),
    ("5XXError", |values| values.errors_5xx),
    ("Latency_us_sum", |values| values.latency_us),
    ("IntegrationLatency_us_sum", |values| values.integration_latency_us),
    ("IntegrationLatency_count", |values| values.integration_count),
    ("CacheHitCount", |values| values.cache_hits),
    ("CacheMissCount", |values| values.cache_misses),
];

/// Those of HTTP APIs.
const HTTP_COUNTERS: [(&str, HttpReading); 7] = [
    ("Count", |values| values.count),
    ("4xx", |values| values.errors_4xx),
    ("5xx", |values| values.errors_5xx),
    ("Latency_us_sum", |values| values.latency_us),
    ("IntegrationLatency_us_sum", |values| values.integration_latency_us),
    ("IntegrationLatency_count", |values| values.integration_count),
    ("DataProcessed", |values| values.data_processed),
];

/// The counters of HTTP APIs as text.
pub fn render_http(stages: &[http_api::metrics::StageSnapshot]) -> String {
    let mut out = String::new();
    let labels = |stage: &http_api::metrics::StageSnapshot| {
        format!("ApiId=\"{}\",Stage=\"{}\"", stage.api_id, escaped(&stage.stage))
    };
    for (name, reading) in HTTP_COUNTERS {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "# TYPE aws_apigateway_http_{name} counter");
        for stage in stages {
            let _ = writeln!(out, "aws_apigateway_http_{name}{{{}}} {}", labels(stage), reading(&stage.values));
        }
    }
    for (name, reading) in HTTP_COUNTERS {
        if stages.iter().all(|stage| stage.routes.is_empty()) {
            break;
        }
        let _ = writeln!(out, "# TYPE aws_apigateway_http_route_{name} counter");
        for stage in stages {
            for (route, values) in &stage.routes {
                let labels = format!("{},Route=\"{}\"", labels(stage), escaped(route));
                let _ = writeln!(out, "aws_apigateway_http_route_{name}{{{labels}}} {}", reading(values));
            }
        }
    }
    out
}

/// All counters as text.
pub fn render(stages: &[StageSnapshot]) -> String {
    let mut out = String::new();
    for (name, reading) in COUNTERS {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "# TYPE aws_apigateway_{name} counter");
        for stage in stages {
            let labels = labels(stage);
            let _ = writeln!(out, "aws_apigateway_{name}{{{labels}}} {}", reading(&stage.values));
        }
    }
    // A sum over the metrics of stages must not count methods once more: these bear a name of their own.
    for (name, reading) in COUNTERS {
        if stages.iter().all(|stage| stage.methods.is_empty()) {
            break;
        }
        let _ = writeln!(out, "# TYPE aws_apigateway_method_{name} counter");
        for stage in stages {
            for (resource, method, values) in &stage.methods {
                let labels = format!("{},Resource=\"{}\",Method=\"{method}\"", labels(stage), escaped(resource));
                let _ = writeln!(out, "aws_apigateway_method_{name}{{{labels}}} {}", reading(values));
            }
        }
    }
    out
}

fn labels(stage: &StageSnapshot) -> String {
    format!("ApiName=\"{}\",ApiId=\"{}\",Stage=\"{}\"", escaped(&stage.api_name), stage.api_id, stage.stage)
}

/// As label values want it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_apis_have_families_of_their_own() {
        let values = http_api::metrics::Values { count: 3, errors_4xx: 1, ..Default::default() };
        let stage = http_api::metrics::StageSnapshot {
            api_id: "a1".to_owned(),
            api_name: "dragons".to_owned(),
            stage: "$default".to_owned(),
            values,
            routes: vec![("GET /pets".to_owned(), values)],
        };
        let text = render_http(&[stage]);
        assert!(text.contains(r#"aws_apigateway_http_Count{ApiId="a1",Stage="$default"} 3"#), "{text}");
        assert!(
            text.contains(r#"aws_apigateway_http_route_4xx{ApiId="a1",Stage="$default",Route="GET /pets"} 1"#),
            "{text}"
        );
    }

    #[test]
    fn methods_are_shown_where_a_stage_counts_them() {
        let values = Values { count: 3, ..Values::default() };
        let stage = StageSnapshot {
            api_id: "a1".to_owned(),
            api_name: "say \"hi\"".to_owned(),
            stage: "dev".to_owned(),
            values,
            methods: vec![("/pets".to_owned(), "GET", values)],
        };
        let text = render(&[stage]);
        assert!(text.contains(r#"aws_apigateway_Count{ApiName="say \"hi\"",ApiId="a1",Stage="dev"} 3"#), "{text}");
        assert!(text.contains(r#"Stage="dev",Resource="/pets",Method="GET"} 3"#), "{text}");
    }
}
