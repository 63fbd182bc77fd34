//! Forms of uploads: however the body is cut, it is read as the same parts; and their policies.
#![no_main]

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use aws_types::{ByteStream, Timestamp};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use server::door::multipart_form::{Form, Head, boundary};
use server::door::post_policy::PostPolicy;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));

struct Pieces(VecDeque<Bytes>);

impl futures_core::Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

async fn read(data: &[u8], size: usize) -> Option<Vec<(Head, Vec<u8>)>> {
    let pieces = data.chunks(size).map(Bytes::copy_from_slice).collect();
    let mut form = Form::new(ByteStream(Box::pin(Pieces(pieces))), "b");
    let mut all = Vec::new();
    while let Some(head) = form.next_part().await.ok()? {
        let mut content = Vec::new();
        while let Some(piece) = form.piece().await.ok()? {
            content.extend_from_slice(&piece);
        }
        all.push((head, content));
    }
    Some(all)
}

fuzz_target!(|data: &[u8]| {
    let whole = RUNTIME.block_on(read(data, usize::MAX));
    for size in [1, 7] {
        assert_eq!(RUNTIME.block_on(read(data, size)), whole);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = boundary(text);
        if let Ok(policy) = PostPolicy::read(text) {
            let _ = policy.check(&std::collections::BTreeMap::new(), Timestamp::from_secs(0));
        }
    }
});
