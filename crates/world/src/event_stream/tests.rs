use aws_types::ByteStream;
use bytes::{Bytes, BytesMut};

use super::*;
use crate::stream;

/// The specification's own test vector of an empty message.
const EMPTY: [u8; 16] =
    [0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];

fn read(bytes: &[u8]) -> Result<Option<Event>, Malformed> {
    take(&mut BytesMut::from(bytes))
}

fn failed() -> InvokeComplete {
    InvokeComplete { error_code: Some("Runtime.ExitError".into()), error_details: Some("{}".into()), log_result: None }
}

#[test]
fn messages_are_read_as_they_were_written() {
    assert_eq!(read(&payload_chunk(b"abc")), Ok(Some(Event::Payload(Bytes::from_static(b"abc")))));
    assert_eq!(read(&invoke_complete(failed())), Ok(Some(Event::Complete(failed()))));
    assert_eq!(read(&EMPTY), Ok(Some(Event::Exception(String::new()))));
}

#[test]
fn a_message_that_is_not_whole_waits_and_a_wrong_one_is_refused() {
    let good = payload_chunk(b"abc");
    for end in 0..good.len() {
        assert_eq!(read(&good[..end]), Ok(None), "{end}");
    }
    for at in 0..good.len() {
        let mut wrong = good.to_vec();
        wrong[at] ^= 0x10;
        assert!(read(&wrong).is_err(), "{at}");
    }
    let mut long = BytesMut::new();
    long.put_u32(u32::MAX);
    long.put_u32(0);
    long.put_u32(crc32fast::hash(&long));
    assert!(read(&long).is_err());
}

async fn payload_of(parts: &[Bytes], cut: usize) -> (Vec<u8>, Option<std::io::Error>) {
    let mut all = parts.concat();
    all.truncate(all.len() - cut);
    let mut body = payload(ByteStream::from_bytes(all.into()));
    let mut bytes = Vec::new();
    while let Some(piece) = stream::next(&mut body).await {
        match piece {
            Ok(piece) => bytes.extend_from_slice(&piece),
            Err(error) => return (bytes, Some(error)),
        }
    }
    (bytes, None)
}

#[tokio::test]
async fn the_functions_bytes_end_with_its_last_message_or_in_an_error() {
    let end = invoke_complete(InvokeComplete::default());
    let (bytes, error) = payload_of(&[payload_chunk(b"ab"), payload_chunk(b""), payload_chunk(b"c"), end], 0).await;
    assert_eq!((bytes.as_slice(), error.is_none()), (&b"abc"[..], true));
    let (bytes, error) = payload_of(&[payload_chunk(b"ab"), invoke_complete(failed())], 0).await;
    let error = error.unwrap();
    let told = error.get_ref().and_then(|inner| inner.downcast_ref::<FunctionFailed>()).unwrap();
    assert_eq!((bytes.as_slice(), told.code.as_str()), (&b"ab"[..], "Runtime.ExitError"));
    let (bytes, error) = payload_of(&[payload_chunk(b"ab"), payload_chunk(b"cd")], 3).await;
    assert_eq!((bytes.as_slice(), error.unwrap().kind()), (&b"ab"[..], std::io::ErrorKind::UnexpectedEof));
    let (_, error) = payload_of(&[Bytes::from_static(&EMPTY)], 0).await;
    assert!(error.is_some());
}

proptest::proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes: Vec<u8>) {
        let mut read = BytesMut::from(&bytes[..]);
        while let Ok(Some(_)) = take(&mut read) {}
    }

    #[test]
    fn no_headers_break_the_reader(headers: Vec<u8>) {
        let _ = names(headers.into());
    }
}
