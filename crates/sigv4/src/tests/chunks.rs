//! Chunked bodies, against the worked examples of the S3 API reference and by hand.

use aws_types::{Secret, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::chunked::{ChunkError, ChunkSigner, Decoder, Kind, Trailers};

const SEED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const TRAILER_SEED: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";

fn documented_signer(seed: &str) -> ChunkSigner {
    let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
    let key = signing_key(&secret, "20130524", "us-east-1", "s3");
    ChunkSigner::new(key, "20130524T000000Z".into(), "20130524/us-east-1/s3/aws4_request".into(), seed.into())
}

fn documented_request(content_sha256: &str, extra: &[(&str, &str)]) -> Owned {
    let mut headers = vec![
        ("host", "s3.amazonaws.com"),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"),
        ("x-amz-content-sha256", content_sha256),
    ];
    headers.extend(extra);
    Owned::new("PUT", "/examplebucket/chunkObject.txt", "", &headers, b"")
}

fn decode(mut decoder: Decoder, body: &[u8], step: usize) -> Result<(Vec<u8>, Trailers), ChunkError> {
    let mut out = Vec::new();
    for piece in body.chunks(step) {
        decoder.push(piece, &mut out)?;
    }
    decoder.finish().map(|trailers| (out, trailers))
}

fn documented_body(signatures: [&str; 3], end: &str) -> Vec<u8> {
    let [first, second, last] = signatures;
    let (a, b) = ("a".repeat(65_536), "a".repeat(1024));
    format!(
        "10000;chunk-signature={first}\r\n{a}\r\n400;chunk-signature={second}\r\n{b}\r\n0;chunk-signature={last}\r\n{end}\r\n"
    )
    .into_bytes()
}

const SIGNED: [&str; 3] = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];
const WITH_TRAILER: [&str; 3] = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
];
const TRAILER_END: &str = "x-amz-checksum-crc32c:sOO8/Q==\r\n\
                           x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n";

#[test]
fn the_documented_request_gives_the_documented_seed() {
    for (content, extra, seed, expected_kind) in [
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", vec![("content-length", "66824")], SEED, Kind::Signed),
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            vec![("x-amz-trailer", "x-amz-checksum-crc32c")],
            TRAILER_SEED,
            Kind::SignedTrailer,
        ),
    ] {
        let request = documented_request(content, &extra);
        let mut names: Vec<_> = request.headers.iter().map(|(n, _)| n.as_str()).collect();
        names.sort_unstable();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={},Signature={seed}",
            names.join(";")
        );
        let request = request.with("authorization", &authorization);
        let now = Timestamp::parse_iso8601_basic("20130524T000000Z").unwrap();
        let rules = Rules { region: None, now, ..S3_RULES };
        let shown = presented(&request.get()).unwrap().unwrap();
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
        let verified = verify(&request.get(), &shown, &secret, &rules).unwrap();
        assert!(matches!(verified.payload, Payload::Chunked { kind, .. } if kind == expected_kind));
    }
}

#[test]
fn the_documented_chunks_are_proven() {
    let body = documented_body(SIGNED, "");
    for step in [1, 7, 8192, usize::MAX] {
        let decoder = Decoder::verified(Kind::Signed, documented_signer(SEED), Some(66_560));
        let (decoded, trailers) = decode(decoder, &body, step).unwrap();
        assert_eq!(decoded, vec![b'a'; 66_560]);
        assert!(trailers.is_empty());
    }
}

#[test]
fn the_documented_trailer_is_proven() {
    let body = documented_body(WITH_TRAILER, TRAILER_END);
    for step in [1, 8192] {
        let decoder = Decoder::verified(Kind::SignedTrailer, documented_signer(TRAILER_SEED), Some(66_560));
        let (decoded, trailers) = decode(decoder, &body, step).unwrap();
        assert_eq!(decoded.len(), 66_560);
        assert_eq!(trailers, [("x-amz-checksum-crc32c".to_owned(), "sOO8/Q==".to_owned())]);
    }
}

#[test]
fn changed_chunks_and_trailers_are_refused() {
    let refuse = |kind, seed, body: &[u8], expected| {
        let decoder = Decoder::verified(kind, documented_signer(seed), None);
        assert_eq!(decode(decoder, body, 4096).unwrap_err(), expected);
    };
    let mut changed = documented_body(SIGNED, "");
    changed[70_000 - 4000] = b'b';
    refuse(Kind::Signed, SEED, &changed, ChunkError::Signature);
    let swapped = documented_body([SIGNED[1], SIGNED[0], SIGNED[2]], "");
    refuse(Kind::Signed, SEED, &swapped, ChunkError::Signature);
    refuse(Kind::Signed, TRAILER_SEED, &documented_body(SIGNED, ""), ChunkError::Signature);
    refuse(Kind::Signed, SEED, &documented_body(SIGNED, "x-amz-checksum-crc32:AA==\r\n"), ChunkError::Trailer);
    let other = TRAILER_END.replace("sOO8", "sOO9");
    refuse(Kind::SignedTrailer, TRAILER_SEED, &documented_body(WITH_TRAILER, &other), ChunkError::Signature);
    refuse(Kind::SignedTrailer, TRAILER_SEED, &documented_body(WITH_TRAILER, ""), ChunkError::Signature);
    let appended = format!("{TRAILER_END}x-amz-meta:1\r\n");
    refuse(Kind::SignedTrailer, TRAILER_SEED, &documented_body(WITH_TRAILER, &appended), ChunkError::Trailer);
}

#[test]
fn bytes_of_a_signed_chunk_wait_for_their_proof() {
    let mut decoder = Decoder::verified(Kind::Signed, documented_signer(SEED), None);
    let body = documented_body(SIGNED, "");
    let mut out = Vec::new();
    decoder.push(&body[..60_000], &mut out).unwrap();
    assert!(out.is_empty());
    decoder.push(&body[60_000..66_000], &mut out).unwrap();
    assert_eq!(out.len(), 65_536);
}

#[test]
fn what_todays_clients_send_by_default_is_decoded() {
    let body = b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
    for step in [1, 3, 100] {
        let (decoded, trailers) = decode(Decoder::unverified(Kind::UnsignedTrailer, Some(11)), body, step).unwrap();
        assert_eq!(decoded, b"hello world");
        assert_eq!(trailers, [("x-amz-checksum-crc32".to_owned(), "DUoRhQ==".to_owned())]);
    }
    let (decoded, _) = decode(Decoder::unverified(Kind::UnsignedTrailer, None), b"0\r\n\r\n", 9).unwrap();
    assert!(decoded.is_empty());
}

#[test]
fn an_unknown_keys_signed_chunks_are_still_decoded() {
    let decoder = Decoder::unverified(Kind::Signed, Some(66_560));
    assert_eq!(decode(decoder, &documented_body(SIGNED, ""), 999).unwrap().0.len(), 66_560);
}

#[test]
fn broken_framing_is_refused() {
    let check = |body: &str| decode(Decoder::unverified(Kind::UnsignedTrailer, Some(5)), body.as_bytes(), 2);
    assert!(check("5\r\nhello\r\n0\r\n\r\n").is_ok());
    for (body, expected) in [
        ("", ChunkError::Length),
        ("5\r\nhel", ChunkError::Length),
        ("5\r\nhello\r\n0\r\n", ChunkError::Length),
        ("4\r\nhell\r\n0\r\n\r\n", ChunkError::Length),
        ("6\r\nhello!\r\n0\r\n\r\n", ChunkError::Length),
        ("5\r\nhelloX\r\n0\r\n\r\n", ChunkError::Malformed("data is longer than its chunk")),
        ("g\r\n", ChunkError::Malformed("chunk size")),
        ("-1\r\n", ChunkError::Malformed("chunk size")),
        ("+5\r\nhello", ChunkError::Malformed("chunk size")),
        ("\r\n", ChunkError::Malformed("chunk size")),
        ("ffffffffffffffffff\r\n", ChunkError::Malformed("chunk size")),
        ("5\r\nhello\r\n0\r\n\r\nmore", ChunkError::Malformed("data behind the end")),
        ("5\r\nhello\r\n0\r\nnocolon\r\n\r\n", ChunkError::Trailer),
        ("5\r\nhello\r\n0\r\na:1\r\na:2\r\n\r\n", ChunkError::Trailer),
    ] {
        assert_eq!(check(body).unwrap_err(), expected, "{body:?}");
    }
    assert_eq!(check(&"5".repeat(5000)).unwrap_err(), ChunkError::Malformed("a line is too long"));
    let unsigned = decode(Decoder::unverified(Kind::Signed, None), b"5\r\nhello\r\n0\r\n\r\n", 9);
    assert_eq!(unsigned.unwrap_err(), ChunkError::Malformed("chunk signature"));
    let huge = format!("{:x};chunk-signature={}\r\n", chunked::MAX_SIGNED_CHUNK_BYTES + 1, SIGNED[0]);
    let decoder = Decoder::verified(Kind::Signed, documented_signer(SEED), None);
    assert_eq!(decode(decoder, huge.as_bytes(), 9).unwrap_err(), ChunkError::TooLarge);
}

#[test]
fn chunk_errors_speak_s3() {
    let code = |error: ChunkError| (error.to_aws().code.into_owned(), error.to_aws().status);
    assert_eq!(code(ChunkError::Signature), ("SignatureDoesNotMatch".into(), 403));
    assert_eq!(code(ChunkError::Length), ("IncompleteBody".into(), 400));
    assert_eq!(code(ChunkError::Trailer), ("MalformedTrailerError".into(), 400));
    assert_eq!(code(ChunkError::Malformed("x")), ("InvalidRequest".into(), 400));
    assert_eq!(code(ChunkError::TooLarge), ("InvalidChunkSizeError".into(), 403));
}

proptest! {
    #[test]
    fn arbitrary_bodies_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300), step in 1usize..40) {
        for kind in [Kind::Signed, Kind::SignedTrailer, Kind::UnsignedTrailer] {
            let _ = decode(Decoder::unverified(kind, None), &body, step);
            let _ = decode(Decoder::verified(kind, documented_signer(SEED), Some(10)), &body, step);
        }
    }

    #[test]
    fn what_is_signed_chunk_by_chunk_is_proven(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..50), 0..5),
        step in 1usize..70,
        flip in any::<prop::sample::Index>(),
    ) {
        let mut signer = documented_signer(TRAILER_SEED);
        let mut body = Vec::new();
        for chunk in &chunks {
            body.extend(format!("{:x};chunk-signature={}\r\n", chunk.len(), signer.sign_chunk(chunk)).bytes());
            body.extend(chunk);
            body.extend(b"\r\n");
        }
        body.extend(format!("0;chunk-signature={}\r\nx-sum:1\r\n", signer.sign_chunk(b"")).bytes());
        body.extend(format!("x-amz-trailer-signature:{}\r\n\r\n", signer.sign_trailers("x-sum:1\n")).bytes());
        let fresh = || Decoder::verified(Kind::SignedTrailer, documented_signer(TRAILER_SEED), None);
        prop_assert_eq!(decode(fresh(), &body, step).unwrap().0, chunks.concat());
        let at = flip.index(body.len());
        body[at] ^= 1;
        prop_assert!(decode(fresh(), &body, step).is_err());
    }
}
