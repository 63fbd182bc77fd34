//! MOCK methods: what goes in and what comes out, row by row.

use super::fixture::*;
use crate::catalogue::{HttpMethod, PassthroughBehavior};
use crate::plan::{ContentTemplates, MethodPlan, RequiredParameters};

const OK: &str = r#"{"statusCode": 200}"#;

struct Case {
    name: &'static str,
    method: fn() -> MethodPlan,
    request: fn() -> crate::GatewayRequest,
    status: u16,
    body: &'static str,
}

fn strict(behavior: PassthroughBehavior) -> MethodPlan {
    let mut plan = mock(OK, "fine");
    plan.integration.passthrough = behavior;
    plan
}

fn chosen_by_query() -> MethodPlan {
    let template =
        r#"#if($input.params('s') == "4")#set($status = 404)#else#set($status = 200)#end{statusCode: $status}"#;
    let mut plan = mock(template, "good");
    plan.integration.responses.insert(0, selected(404, "4\\d{2}", "bad"));
    plan
}

const CASES: &[Case] = &[
    Case {
        name: "the default response's template answers",
        method: || mock(OK, r#"{"confidential":"Secure, Me!!"}"#),
        request: || get("/pets/7"),
        status: 200,
        body: r#"{"confidential":"Secure, Me!!"}"#,
    },
    Case {
        name: "lenient JSON is good enough for statusCode",
        method: || mock("{statusCode: 200}", "fine"),
        request: || get("/pets/7"),
        status: 200,
        body: "fine",
    },
    Case {
        name: "a selection pattern chooses on the status",
        method: chosen_by_query,
        request: || get("/pets/7?s=4"),
        status: 404,
        body: "bad",
    },
    Case {
        name: "no pattern matches: the default",
        method: chosen_by_query,
        request: || get("/pets/7"),
        status: 200,
        body: "good",
    },
    Case {
        name: "templates see body, parameters, context and stage variables",
        method: || {
            mock(
                OK,
                "$input.params('id') $input.params().querystring.q $context.stage $context.resourcePath \
                $context.identity.sourceIp $stageVariables.host",
            )
        },
        request: || get("/pets/7?q=a%20b"),
        status: 200,
        body: "7 a b dev /pets/{id} 203.0.113.9 backend.test",
    },
    Case {
        name: "no statusCode is a configuration error",
        method: || mock("{}", "fine"),
        request: || get("/pets/7"),
        status: 500,
        body: r#"{"message": "Internal server error"}"#,
    },
    Case {
        name: "no response matches and there is no default",
        method: || {
            let mut plan = mock(OK, "");
            plan.integration.responses = vec![selected(404, "404", "x")];
            plan
        },
        request: || get("/pets/7"),
        status: 500,
        body: r#"{"message": "Internal server error"}"#,
    },
    Case {
        name: "an integration response without its method response",
        method: || {
            let mut plan = mock(OK, "x");
            plan.responses.clear();
            plan
        },
        request: || get("/pets/7"),
        status: 500,
        body: r#"{"message": "Internal server error"}"#,
    },
    Case {
        name: "a response without template has no body",
        method: || mock(OK, ""),
        request: || get("/pets/7"),
        status: 200,
        body: "",
    },
    Case {
        name: "WHEN_NO_MATCH passes another media type, which then has to give the status itself",
        method: || strict(PassthroughBehavior::WhenNoMatch),
        request: || request("GET", "/pets/7", &[("content-type", "text/plain")], OK),
        status: 200,
        body: "fine",
    },
    Case {
        name: "WHEN_NO_TEMPLATES refuses it while there is a template",
        method: || strict(PassthroughBehavior::WhenNoTemplates),
        request: || request("GET", "/pets/7", &[("content-type", "text/plain")], OK),
        status: 415,
        body: r#"{"message":"Unsupported Media Type"}"#,
    },
    Case {
        name: "WHEN_NO_TEMPLATES passes where there is none",
        method: || {
            let mut plan = strict(PassthroughBehavior::WhenNoTemplates);
            plan.integration.request_templates = ContentTemplates::default();
            plan
        },
        request: || request("GET", "/pets/7", &[("content-type", "text/plain")], OK),
        status: 200,
        body: "fine",
    },
    Case {
        name: "NEVER refuses",
        method: || strict(PassthroughBehavior::Never),
        request: || request("GET", "/pets/7", &[("content-type", "text/plain")], OK),
        status: 415,
        body: r#"{"message":"Unsupported Media Type"}"#,
    },
    Case {
        name: "a charset does not make another media type",
        method: || strict(PassthroughBehavior::Never),
        request: || request("GET", "/pets/7", &[("content-type", "Application/JSON; charset=utf-8")], ""),
        status: 200,
        body: "fine",
    },
    Case {
        name: "the response template overrides status and header",
        method: || mock(OK, "#set($context.responseOverride.status = 202)moved"),
        request: || get("/pets/7"),
        status: 202,
        body: "moved",
    },
    Case {
        name: "required parameters are named: header, path, query",
        method: || {
            let mut plan = mock(OK, "fine");
            plan.required_parameters = RequiredParameters {
                headers: vec!["x-header-param".into(), "present".into()],
                path: vec!["id".into(), "issuer".into()],
                query: vec!["blank".into(), "qs1".into()],
            };
            plan
        },
        request: || request("GET", "/pets/7?blank=%20", &[("present", "1")], ""),
        status: 400,
        body: r#"{"message":"Missing required request parameters: [x-header-param, issuer, blank, qs1]"}"#,
    },
    Case {
        name: "a body that is no JSON where the template reads it",
        method: || mock("#set($x = $input.path('$.a')){\"statusCode\": 200}", "fine"),
        request: || request("GET", "/pets/7", &[], "{not json"),
        status: 400,
        body: "",
    },
];

#[tokio::test]
async fn each_case_answers_as_api_gateway_does() {
    for case in CASES {
        let fixture = Fixture::of(vec![("/pets/{id}", HttpMethod::Get, (case.method)())]);
        let response = fixture.send((case.request)()).await;
        assert_eq!(response.status().as_u16(), case.status, "{}: {}", case.name, body(&response));
        if case.status != 400 || !case.body.is_empty() {
            assert_eq!(body(&response), case.body, "{}", case.name);
        }
        assert_eq!(header_of(&response, "content-type"), Some("application/json"), "{}", case.name);
        assert_eq!(header_of(&response, "x-amzn-requestid").map(str::len), Some(36), "{}", case.name);
        assert!(header_of(&response, "x-amz-apigw-id").is_some_and(|id| id.len() == 16 && id.ends_with('=')));
        assert_eq!(header_of(&response, "x-amzn-trace-id"), None, "{}", case.name);
        assert_eq!(header_of(&response, "x-amzn-errortype").is_some(), case.status >= 400 && case.body != "bad");
    }
}

#[tokio::test]
async fn paths_and_verbs_without_a_method_miss_a_token() {
    let any = || mock(OK, "any");
    let fixture = Fixture::of(vec![
        ("/pets", HttpMethod::Get, mock(OK, "get")),
        ("/all", HttpMethod::Any, any()),
        ("/all", HttpMethod::Post, mock(OK, "post")),
    ]);
    for (method, path, expected) in [("GET", "/pets", "get"), ("POST", "/all", "post"), ("DELETE", "/all", "any")] {
        let response = fixture.send(request(method, path, &[], "")).await;
        assert_eq!((response.status().as_u16(), body(&response)), (200, expected), "{method} {path}");
    }
    for (method, path) in [("POST", "/pets"), ("HEAD", "/pets"), ("GET", "/none"), ("GET", "/"), ("FOO", "/all")] {
        let response = fixture.send(request(method, path, &[], "")).await;
        assert_eq!(response.status(), 403, "{method} {path}");
        assert_eq!(body(&response), r#"{"message":"Missing Authentication Token"}"#);
        assert_eq!(header_of(&response, "x-amzn-errortype"), Some("MissingAuthenticationTokenException"));
    }
    let response = fixture.send(request("GET", "/none", &[("authorization", "eyJhbGciOi")], "")).await;
    assert_eq!(header_of(&response, "x-amzn-errortype"), Some("IncompleteSignatureException"));
    assert!(body(&response).starts_with(r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization"#));
    let response = fixture.send(request("GET", "/none", &[("authorization", "AWS4 Credential=x")], "")).await;
    assert!(body(&response).contains("requires 'Signature' parameter. Authorization header requires 'SignedHeaders'"));
    assert!(!body(&response).contains("Credential=x"), "the header itself is not repeated");
}

#[tokio::test]
async fn the_method_can_be_overridden_by_a_header() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Delete, mock(OK, "deleted"))]);
    let response = fixture.send(request("POST", "/", &[("x-http-method-override", "DELETE")], "")).await;
    assert_eq!(body(&response), "deleted");
    let response = fixture.send(request("DELETE", "/", &[("x-http-method-override", "ANY")], "")).await;
    assert_eq!(body(&response), "deleted");
}

#[tokio::test]
async fn unknown_apis_and_stages_are_forbidden() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, mock(OK, "x"))]);
    for (api, stage) in [("zzzzzzzzzz", STAGE), (API, "prod")] {
        let mut request = get("/");
        (request.api_id, request.stage) = (api.to_owned(), stage.to_owned());
        let response = fixture.send(request).await;
        assert_eq!((response.status().as_u16(), body(&response)), (403, r#"{"message":"Forbidden"}"#));
        assert_eq!(header_of(&response, "x-amzn-errortype"), Some("ForbiddenException"));
    }
    fixture.gateway.plans().set_endpoint(API, crate::plans::DefaultEndpoint::Disabled);
    assert_eq!(fixture.send(get("/")).await.status(), 403);
}

#[tokio::test]
async fn enable_cors_as_the_console_makes_it() {
    let mut options = mock(OK, "");
    options.integration.responses[0].headers = vec![
        header("method.response.header.Access-Control-Allow-Headers", "'Content-Type,Authorization'"),
        header("method.response.header.Access-Control-Allow-Methods", "'GET,OPTIONS'"),
        header("method.response.header.Access-Control-Allow-Origin", "'*'"),
    ];
    let fixture = Fixture::of(vec![("/dragons", HttpMethod::Options, options)]);
    let response = fixture.send(request("OPTIONS", "/dragons", &[("origin", "http://site")], "")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header_of(&response, "access-control-allow-origin"), Some("*"));
    assert_eq!(header_of(&response, "access-control-allow-methods"), Some("GET,OPTIONS"));
    assert_eq!(header_of(&response, "access-control-allow-headers"), Some("Content-Type,Authorization"));
}

#[tokio::test]
async fn counters_follow_a_stage_over_its_deployments() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, mock(OK, "x")), ("/b", HttpMethod::Get, mock("{}", ""))]);
    fixture.send(get("/")).await;
    fixture.send(get("/none")).await;
    let routes = vec![("/b", HttpMethod::Get, mock("{}", ""))];
    fixture.gateway.plans().put_stage(stage(routes, Default::default()));
    fixture.send(get("/b")).await;
    let snapshot = fixture.gateway.plans().metrics().remove(0);
    assert_eq!((snapshot.values.count, snapshot.values.errors_4xx, snapshot.values.errors_5xx), (3, 1, 1));
    assert_eq!((snapshot.api_id.as_str(), snapshot.stage.as_str(), snapshot.values.integration_count), (API, STAGE, 0));
    fixture.gateway.plans().remove_stage(API, STAGE);
    assert_eq!(fixture.send(get("/b")).await.status(), 403);
}
