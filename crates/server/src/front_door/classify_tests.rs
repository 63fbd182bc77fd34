use super::*;

fn models() -> Vec<&'static ServiceModel> {
    crate::wiring::models()
}

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn check(host: &str, uri: &str, headers: &[(&str, &str)], expected: &Door) {
    let host = Host::parse(host);
    assert_eq!(&classify(host.as_ref(), &parts("GET", uri, headers), &models()), expected, "{uri}");
}

fn scope(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

#[test]
fn the_host_decides_first() {
    let expected = Door::ExecuteApi { api: "abc".into(), path: "/test/dragons".into() };
    check("abc.execute-api.us-east-1.localhost", "/test/dragons", &[("authorization", &scope("s3"))], &expected);
    let expected = Door::UserPoolDomain { domain: "demo".into(), path: "/login".into(), base: String::new() };
    check("demo.auth.us-east-1.localhost:4566", "/login?client_id=1", &[], &expected);
    check("photos.s3.localhost", "/k", &[], &Door::AwsApi { service: "s3", bucket: Some("photos".into()) });
}

#[test]
fn target_scope_and_action_name_the_service() {
    let cognito = "AWSCognitoIdentityProviderService.SignUp";
    check("localhost", "/", &[("x-amz-target", cognito)], &aws("cognito-idp"));
    check("localhost", "/", &[("authorization", &scope("sts"))], &aws("sts"));
    check("localhost", "/restapis", &[("authorization", &scope("apigateway"))], &aws("apigateway"));
    check("localhost", "/v2/apis", &[("authorization", &scope("apigateway"))], &aws("apigatewayv2"));
    check("apigateway.us-east-1.amazonaws.com", "/v2/apis", &[], &aws("apigatewayv2"));
    check("apigateway.us-east-1.amazonaws.com", "/restapis", &[], &aws("apigateway"));
    check("localhost", "/?Action=GetCallerIdentity", &[], &aws("sts"));
    let presigned = "/b/k?X-Amz-Credential=AKID%2F20260102%2Fus-east-1%2Fs3%2Faws4_request";
    check("localhost", presigned, &[], &aws("s3"));
}

#[test]
fn paths_stand_in_for_names_where_there_is_no_dns() {
    let api = |path: &str| Door::ExecuteApi { api: "abc".into(), path: path.into() };
    check("localhost", "/_aws/execute-api/abc/test/dragons", &[], &api("/test/dragons"));
    check("localhost", "/restapis/abc/test/_user_request_/dragons", &[], &api("/test/dragons"));
    check("localhost", "/restapis/abc/test/_user_request_", &[], &api("/test/"));
    check("localhost", "/restapis/abc", &[], &aws("apigateway"));
    let expected =
        Door::UserPoolDomain { domain: "demo".into(), path: "/login".into(), base: "/_aws/auth/demo".into() };
    check("127.0.0.1", "/_aws/auth/demo/login", &[], &expected);
    let expected = Door::S3Website { bucket: "b".into(), path: "/".into(), base: "/_aws/website/b".into() };
    check("localhost", "/_aws/website/b", &[], &expected);
    let expected = Door::Issuer { pool: "eu-west-1_Ab3".into(), document: "jwks.json".into() };
    check("localhost", "/eu-west-1_Ab3/.well-known/jwks.json", &[], &expected);
    check("cognito-idp.eu-west-1.amazonaws.com", "/eu-west-1_Ab3/.well-known/jwks.json", &[], &expected);
    check("localhost", "/bucket/.well-known/security.txt", &[], &aws("s3"));
    let expected = Door::Issuer { pool: "eu-west-1_Ab3".into(), document: "oauth-authorization-server".into() };
    check("localhost", "/.well-known/oauth-authorization-server/eu-west-1_Ab3", &[], &expected);
    check("localhost", "/eu-west-1_Ab3/.well-known/oauth-authorization-server", &[], &expected);
    check("localhost", "/.well-known/oauth-authorization-server/eu-west-1_Ab3/x", &[], &aws("s3"));
}

#[test]
fn what_is_left_is_s3_and_our_own_pages_come_first() {
    check("localhost", "/bucket/key", &[], &aws("s3"));
    check("abc.execute-api.us-east-1.localhost", "/_portcullis/health", &[], &Door::Internal);
}

#[test]
fn a_browser_that_asks_first_is_answered_by_the_service_it_means() {
    let asked = [("access-control-request-headers", "content-type, X-Amz-Target")];
    let host = Host::parse("localhost");
    assert_eq!(classify(host.as_ref(), &parts("OPTIONS", "/", &asked), &models()), aws("cognito-idp"));
    let signed = [("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
    assert_eq!(classify(host.as_ref(), &parts("OPTIONS", "/", &signed), &models()), aws("cognito-idp"));
    assert_eq!(classify(host.as_ref(), &parts("OPTIONS", "/bucket/key", &signed), &models()), aws("s3"));
}

#[test]
fn functions_have_addresses_of_their_own_and_an_api_of_many_days() {
    let expected = Door::FunctionUrl { id: "abc".into(), path: "/a/b".into() };
    check("abc.lambda-url.us-east-1.on.aws", "/a/b", &[], &expected);
    check("localhost", "/_aws/lambda-url/abc/a/b", &[], &expected);
    check("localhost", "/_aws/lambda-code/x", &[], &Door::FunctionCode { token: "x".into() });
    for path in
        ["/2015-03-31/functions", "/2021-10-31/functions/f/url", "/2018-10-31/layers", "/2016-08-19/account-settings/"]
    {
        check("localhost", path, &[], &aws("lambda"));
    }
    check("localhost", "/2015-03-31/photos", &[], &Door::AwsApi { service: "s3", bucket: None });
}
