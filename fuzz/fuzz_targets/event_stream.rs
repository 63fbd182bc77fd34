//! What an endpoint of functions answers as an event stream: any bytes. They are events, or refused, and never more than came.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use world::event_stream::{Event, payload_chunk, take};

fuzz_target!(|bytes: &[u8]| {
    let mut read = BytesMut::from(bytes);
    let mut length = 0;
    while let Ok(Some(event)) = take(&mut read) {
        if let Event::Payload(piece) = event {
            length += piece.len();
        }
    }
    assert!(length <= bytes.len());
    let mut written = BytesMut::from(payload_chunk(bytes).as_ref());
    if bytes.len() < 1024 * 1024 {
        assert_eq!(take(&mut written), Ok(Some(Event::Payload(bytes.to_vec().into()))));
    }
});
