//! Content encodings ("Payload compression for REST APIs"): gzip and deflate, where the API sets a
//! `minimumCompressionSize`. What is unpacked is bounded like any body.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use http::{HeaderMap, Response};

use crate::error::GatewayError;
use crate::method_request::{GatewayRequest, MAX_BODY_BYTES};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
}

impl Coding {
    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }
}

/// Unpacks a request's body. Codings that API Gateway does not know pass as they are.
pub(crate) fn unpack(request: &mut GatewayRequest) -> Result<(), GatewayError> {
    let coding = request.headers.get(CONTENT_ENCODING).and_then(|value| Coding::parse(value.to_str().ok()?));
    let Some(coding) = coding.filter(|_| !request.body.is_empty()) else { return Ok(()) };
    let limit = MAX_BODY_BYTES as u64 + 1;
    let mut unpacked = Vec::new();
    let read = match coding {
        Coding::Gzip => GzDecoder::new(request.body.as_ref()).take(limit).read_to_end(&mut unpacked),
        Coding::Deflate => ZlibDecoder::new(request.body.as_ref()).take(limit).read_to_end(&mut unpacked),
    };
    read.map_err(|_| GatewayError::bad_request("Invalid compressed request body"))?;
    if unpacked.len() > MAX_BODY_BYTES {
        return Err(GatewayError::request_too_large());
    }
    request.body = unpacked.into();
    request.headers.remove(CONTENT_ENCODING);
    Ok(())
}

/// Packs a response's body where it is large enough and the caller takes it.
pub(crate) fn pack(mut response: Response<Bytes>, callers: &HeaderMap, minimum: Option<usize>) -> Response<Bytes> {
    let worth = minimum.is_some_and(|minimum| response.body().len() >= minimum && !response.body().is_empty());
    if !worth || response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let Some(coding) = accepted(callers) else { return response };
    let packed = match coding {
        Coding::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(response.body()).and_then(|()| encoder.finish())
        }
        Coding::Deflate => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(response.body()).and_then(|()| encoder.finish())
        }
    };
    // Writing to memory does not fail; if it did, the plain answer is as good.
    if let Ok(packed) = packed {
        *response.body_mut() = packed.into();
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    response
}

/// The coding that the caller likes best.
fn accepted(headers: &HeaderMap) -> Option<Coding> {
    let text = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let mut best: Option<(f64, Coding)> = None;
    for item in text.split(',').take(16) {
        let mut parts = item.split(';');
        let coding = match parts.next().unwrap_or_default().trim() {
            "*" => Some(Coding::Gzip),
            name => Coding::parse(name),
        };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f64>().ok()).unwrap_or(1.0);
        if let Some(coding) = coding.filter(|_| quality > 0.0 && best.is_none_or(|(known, _)| quality > known)) {
            best = Some((quality, coding));
        }
    }
    best.map(|(_, coding)| coding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn the_callers_preference_decides() {
        for (text, expected) in [
            ("gzip", Some(Coding::Gzip)),
            ("deflate, gzip;q=0.5", Some(Coding::Deflate)),
            ("gzip;q=0, deflate", Some(Coding::Deflate)),
            ("br, *", Some(Coding::Gzip)),
            ("br", None),
            ("identity", None),
            ("gzip;q=0", None),
        ] {
            assert_eq!(accepted(&headers(text)), expected, "{text}");
        }
    }

    #[test]
    fn answers_are_packed_from_the_minimum_on() {
        let body = Bytes::from("a".repeat(1000));
        let send = |minimum| pack(Response::new(body.clone()), &headers("gzip"), minimum);
        assert!(send(Some(1000)).body().len() < 100);
        assert_eq!(send(Some(1001)).body().len(), 1000);
        assert_eq!(send(None).body().len(), 1000);
        let mut packed_already = Response::new(body.clone());
        packed_already.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(pack(packed_already, &headers("gzip"), Some(0)).body().len(), 1000);
    }
}
