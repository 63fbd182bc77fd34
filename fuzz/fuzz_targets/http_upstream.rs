//! What a backend answers over HTTP/1.1: any bytes, then the end. An exchange ends in an answer within its bounds or in
//! an error, never in a panic or a wait.
#![no_main]

use std::sync::OnceLock;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use world::{HttpClient as _, HttpOptions, HyperClient};

/// Largest answer that is taken, in bytes.
const MAX_ANSWER: usize = 1024;

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let runtime =
        RUNTIME.get_or_init(|| tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tasks"));
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = format!("http://{}/", listener.local_addr().expect("an address"));
        let backend = async {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
        };
        let client = HyperClient::new();
        let request = http::Request::get(uri).body(Bytes::new()).expect("a request");
        let (answer, ()) = tokio::join!(client.send(request, HttpOptions::new(5_000, MAX_ANSWER)), backend);
        match answer {
            Ok(answer) => assert!(answer.body().len() <= MAX_ANSWER),
            Err(error) => assert!(!error.to_string().contains("timed out"), "{error}"),
        }
    });
});
