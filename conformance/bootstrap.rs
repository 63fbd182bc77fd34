//! A function in Rust as `provided.al2023` runs it: it speaks the Runtime API with nothing but the standard library, and
//! answers what a proxy integration is to answer.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

fn main() {
    let api = env::var("AWS_LAMBDA_RUNTIME_API").expect("the Runtime API's address");
    loop {
        let (head, event) = call(&api, "GET", "/2018-06-01/runtime/invocation/next", "");
        let id = header(&head, "lambda-runtime-aws-request-id").expect("a request id");
        println!("{} bytes for {}", event.len(), env::var("_HANDLER").unwrap_or_default());
        let path = between(&event, "\"path\":\"", "\"").unwrap_or_default();
        let answer = format!(
            "{{\"statusCode\":201,\"headers\":{{\"x-from\":\"rust\"}},\"body\":\"{path} by {}\"}}",
            env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default()
        );
        call(&api, "POST", &format!("/2018-06-01/runtime/invocation/{id}/response"), &answer);
    }
}

/// One exchange; the answer's head and body.
fn call(api: &str, method: &str, path: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(api).expect("a connection");
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).expect("to be heard");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), body.to_owned())
}

fn header(head: &str, name: &str) -> Option<String> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}
