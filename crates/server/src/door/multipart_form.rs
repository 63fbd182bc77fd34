//! The parts of a `multipart/form-data` body (RFC 7578), one after the other and never held whole: a part's head within a
//! bound, its content piece by piece.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_types::ByteStream;
use bytes::{Buf as _, Bytes, BytesMut};
use futures_core::Stream;

/// Bytes of a part's head, or of what stands behind a delimiter on its line.
const MAX_HEAD: usize = 8 * 1024;
/// Characters of a boundary (RFC 2046 5.1.1).
const MAX_BOUNDARY: usize = 70;
/// Bytes that are still read behind the part that was wanted, so that the connection can be used again.
const MAX_REST: usize = 64 * 1024;

/// What a part's head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `name` of `Content-Disposition`.
    pub name: String,
    /// `filename` of it.
    pub filename: Option<String>,
}

/// Why a form could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// It is none, or it ends before its last delimiter.
    #[error("the form is not well-formed")]
    Malformed,
    /// The body broke off, or was refused on its way.
    #[error(transparent)]
    Body(#[from] io::Error),
}

/// The boundary that a content type names.
pub fn boundary(content_type: &str) -> Option<String> {
    let (essence, parameters) = content_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let found = parameters_of(parameters).into_iter().find(|(name, _)| name == "boundary").map(|(_, value)| value)?;
    (!found.is_empty() && found.len() <= MAX_BOUNDARY && found.is_ascii()).then_some(found)
}

/// `; a=b; c="d"`: names in lower case, values without quotes. Browsers write a quote within a value as `%22`.
fn parameters_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']).to_ascii_lowercase();
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, left) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), left)
            }
        };
        found.push((name, value));
        rest = left;
    }
    found
}

/// Text up to the closing quote, and what follows it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' if characters.as_str().starts_with(['"', '\\']) => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

/// Where in the form we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before the first delimiter, or in a part's content.
    Content,
    /// Behind a delimiter.
    Delimiter,
    /// Behind the last one.
    End,
}

/// A form that is being read.
pub struct Form {
    body: ByteStream,
    buffer: BytesMut,
    delimiter: Vec<u8>,
    at: At,
    rest: usize,
}

impl Form {
    /// Begins to read.
    pub fn new(body: ByteStream, boundary: &str) -> Self {
        // The first delimiter needs no line before it.
        let buffer = BytesMut::from(&b"\r\n"[..]);
        Self { body, buffer, delimiter: format!("\r\n--{boundary}").into_bytes(), at: At::Content, rest: 0 }
    }

    /// The head of the next part, past what is left of the one before; none at the end.
    ///
    /// # Errors
    /// [`FormError`].
    pub async fn next_part(&mut self) -> Result<Option<Head>, FormError> {
        while self.piece().await?.is_some() {}
        if self.at == At::End {
            return Ok(None);
        }
        loop {
            if self.buffer.starts_with(b"--") {
                self.at = At::End;
                return Ok(None);
            }
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                if end > MAX_HEAD {
                    return Err(FormError::Malformed);
                }
                let head = self.buffer.split_to(end);
                self.buffer.advance(4);
                self.at = At::Content;
                return head_of(&head).map(Some).ok_or(FormError::Malformed);
            }
            if self.buffer.len() >= MAX_HEAD + 4 || !poll_fn(|cx| self.fill(cx)).await? {
                return Err(FormError::Malformed);
            }
        }
    }

    /// The next piece of the part's content; none at its end.
    ///
    /// # Errors
    /// [`FormError`].
    pub async fn piece(&mut self) -> Result<Option<Bytes>, FormError> {
        poll_fn(|cx| self.poll_piece(cx)).await
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, FormError>> {
        loop {
            if self.at != At::Content {
                return Poll::Ready(Ok(None));
            }
            match find(&self.buffer, &self.delimiter) {
                Some(0) => {
                    self.buffer.advance(self.delimiter.len());
                    self.at = At::Delimiter;
                    continue;
                }
                Some(end) => return Poll::Ready(Ok(Some(self.buffer.split_to(end).freeze()))),
                None => {}
            }
            // What may be the beginning of a delimiter is kept back.
            let sure = self.buffer.len().saturating_sub(self.delimiter.len().saturating_sub(1));
            if sure > 0 {
                return Poll::Ready(Ok(Some(self.buffer.split_to(sure).freeze())));
            }
            if !ready!(self.fill(cx))? {
                return Poll::Ready(Err(FormError::Malformed));
            }
        }
    }

    /// Takes the next piece of the body in; false at its end.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, FormError>> {
        match ready!(self.body.0.as_mut().poll_next(cx)) {
            Some(Ok(piece)) => {
                self.buffer.extend_from_slice(&piece);
                Poll::Ready(Ok(true))
            }
            Some(Err(error)) => Poll::Ready(Err(error.into())),
            None => Poll::Ready(Ok(false)),
        }
    }

    /// Reads a little of what follows the part, and throws it away.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.rest = self.rest.saturating_add(self.buffer.len());
            self.buffer.clear();
            if self.rest > MAX_REST || !matches!(ready!(self.fill(cx)), Ok(true)) {
                return Poll::Ready(());
            }
        }
    }
}

/// The content of the part that was come to; what follows it is passed over.
impl Stream for Form {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        match ready!(this.poll_piece(cx)) {
            Ok(Some(piece)) => Poll::Ready(Some(Ok(piece))),
            Ok(None) => this.drain(cx).map(|()| None),
            Err(FormError::Body(error)) => Poll::Ready(Some(Err(error))),
            Err(FormError::Malformed) => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
        }
    }
}

/// Name and file name by a part's head.
fn head_of(head: &[u8]) -> Option<Head> {
    let head = std::str::from_utf8(head).ok()?;
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.trim())
    })?;
    let (kind, parameters) = disposition.split_once(';')?;
    let parameters = kind.trim().eq_ignore_ascii_case("form-data").then(|| parameters_of(parameters))?;
    let of = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    Some(Head { name: of("name")?, filename: of("filename") })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if text.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The body in pieces of that many bytes.
    fn pieces(body: &[u8], size: usize) -> ByteStream {
        struct Pieces(std::collections::VecDeque<Bytes>);
        impl Stream for Pieces {
            type Item = io::Result<Bytes>;
            fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                Poll::Ready(self.0.pop_front().map(Ok))
            }
        }
        ByteStream(Box::pin(Pieces(body.chunks(size.max(1)).map(Bytes::copy_from_slice).collect())))
    }

    async fn read(body: &[u8], size: usize) -> Result<Vec<(Head, Vec<u8>)>, FormError> {
        let mut form = Form::new(pieces(body, size), "b");
        let mut all = Vec::new();
        while let Some(head) = form.next_part().await? {
            let mut content = Vec::new();
            while let Some(piece) = form.piece().await? {
                content.extend_from_slice(&piece);
            }
            all.push((head, content));
        }
        Ok(all)
    }

    fn written(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, content) in parts {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        body
    }

    proptest! {
        #[test]
        fn parts_are_read_as_written_however_they_are_cut(
            contents in proptest::collection::vec("(\\r\\n|-|b|x|\\r\\n--|é){0,12}", 0..4), size in 1usize..40,
        ) {
            prop_assume!(contents.iter().all(|content| !content.contains("\r\n--b")));
            let parts: Vec<(&str, &[u8])> = contents.iter().map(|c| ("n", c.as_bytes())).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let read = runtime.block_on(read(&written(&parts), size)).unwrap();
            let read: Vec<Vec<u8>> = read.into_iter().map(|(_, content)| content).collect();
            prop_assert_eq!(read, contents.iter().map(|c| c.as_bytes().to_vec()).collect::<Vec<_>>());
        }

        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200), size in 1usize..40) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read(&body, size));
        }
    }

    #[tokio::test]
    async fn a_form_that_ends_early_is_malformed() {
        let whole = written(&[("a", b"1"), ("file", b"content")]);
        for cut in 0..whole.len() - 4 {
            assert!(matches!(read(&whole[..cut], 7).await, Err(FormError::Malformed)), "{cut}");
        }
    }

    #[tokio::test]
    async fn a_head_has_a_bound() {
        let mut body = b"--b\r\n".to_vec();
        body.extend(std::iter::repeat_n(b'x', MAX_HEAD * 4));
        assert!(matches!(read(&body, 1000).await, Err(FormError::Malformed)));
    }

    #[test]
    fn heads_and_boundaries() {
        let head =
            head_of(b"\r\ncontent-type: a/b\r\nContent-Disposition: form-data; name=\"f;=\\\"\"; filename=x.txt");
        assert_eq!(head, Some(Head { name: "f;=\"".into(), filename: Some("x.txt".into()) }));
        assert_eq!(head_of(b"\r\nContent-Disposition: attachment; name=a"), None);
        assert_eq!(boundary("Multipart/Form-Data; charset=x; Boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("multipart/form-data; boundary=--x").as_deref(), Some("--x"));
        for none in ["multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=x"] {
            assert_eq!(boundary(none), None, "{none}");
        }
    }
}
