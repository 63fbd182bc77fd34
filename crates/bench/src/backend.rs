//! What a gateway calls: a backend over HTTP/1.1 that also speaks Lambda's Invoke API, as an authorizer that knows one
//! token.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use serde_json::json;

use crate::Outcome;

/// Longest body that it reads.
const MAX_BODY: usize = 1024 * 1024;

/// Where it listens. It ends with the process.
pub fn start() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // One that breaks off has nobody left to tell.
            thread::spawn(move || serve(&connection).is_ok());
        }
    });
    Ok(address)
}

/// Answers one request after another.
fn serve(connection: &TcpStream) -> Outcome {
    connection.set_nodelay(true)?;
    let (mut requests, mut answers) = (BufReader::new(connection), connection);
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let function = line.starts_with("POST /2015-03-31/functions/");
        let mut length = 0;
        loop {
            let mut header = String::new();
            requests.read_line(&mut header)?;
            match header.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; std::cmp::min(length, MAX_BODY)];
        requests.read_exact(&mut body)?;
        let body =
            if function { decide(&body)? } else { r#"{"dragons":[{"name":"Smolder"},{"name":"Brim"}]}"#.to_owned() };
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        answers.write_all((head + &body).as_bytes())?;
    }
}

/// What the authorizer says of a token.
fn decide(event: &[u8]) -> Outcome<String> {
    let event: serde_json::Value = serde_json::from_slice(event)?;
    let effect = if event.get("authorizationToken").is_some_and(|token| token == "good") { "Allow" } else { "Deny" };
    let statement = json!([{ "Effect": effect, "Action": "execute-api:Invoke", "Resource": "*" }]);
    let policy = json!({ "Version": "2012-10-17", "Statement": statement });
    Ok(json!({ "principalId": "user", "policyDocument": policy }).to_string())
}
