//! Passes requests on as they came, and answers as they come, for a proxy that stands before a target.
//!
//! In: somebody else's request, with the credential that is in it. Out: the target's answer, its body still under way. Never: a
//! journal, a second attempt, a redirect followed, or a body read to its end here.

use super::answer::Failure;
use super::transport::Transport;
use bytes::Bytes;
use http_body::Body;
use std::error::Error;

/// The body of an answer that is passed on.
pub type RelayedBody = reqwest::Body;

impl Transport {
    /// Passes a request on to a URL. Its headers are the sender's: those that the settings name may prove somebody, and would be
    /// anybody's who reaches the proxy. The time limit of requests bounds how long the head of the answer may take.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn relay<B>(
        &self,
        url: &str,
        method: http::Method,
        headers: http::HeaderMap,
        body: Option<B>,
    ) -> Result<http::Response<RelayedBody>, Failure>
    where
        B: Body<Data = Bytes> + Send + Sync + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut builder = self.bare(url, method).headers(headers);
        if let Some(body) = body {
            builder = builder.body(RelayedBody::wrap(body));
        }
        self.head(url, builder).await.map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::TransportLimits;
    use super::*;
    use http_body::Frame;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// A body in two pieces.
    struct Pieces(Vec<&'static str>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Ready(self.0.pop().map(|piece| Ok(Frame::data(Bytes::from(piece)))))
        }
    }

    #[tokio::test]
    async fn what_comes_in_pieces_goes_on_in_pieces_and_keeps_its_headers() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/scim/v2/Users?a=b+c%20d", listener.local_addr().unwrap());
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"{\"one\":2}") {
                assert!(stream.read_buf(&mut asked).await.unwrap() > 0);
            }
            stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 2\r\n\r\nab").await.unwrap();
            String::from_utf8(asked).unwrap().to_ascii_lowercase()
        };
        let mut headers = http::HeaderMap::new();
        headers.insert("authorization", http::HeaderValue::from_static("Bearer of-somebody"));
        headers.insert("content-length", http::HeaderValue::from_static("9"));
        let transport = Transport::new(TransportLimits::default()).unwrap();
        let body = Some(Pieces(vec!["2}", "{\"one\":"]));
        let (answer, asked) = tokio::join!(transport.relay(&url, http::Method::PATCH, headers, body), server);
        let answer = answer.unwrap();
        assert_eq!(answer.status(), http::StatusCode::FOUND, "no redirect is followed");
        assert_eq!(answer.headers()["location"], "/x");
        assert!(asked.starts_with("patch /scim/v2/users?a=b+c%20d http/1.1\r\n"), "{asked}");
        assert!(asked.contains("authorization: bearer of-somebody") && !asked.contains("chunked"), "{asked}");
        let gone = transport.relay::<Pieces>("http://127.0.0.1:1/", http::Method::GET, http::HeaderMap::new(), None);
        assert!(matches!(gone.await, Err(Failure::Refused)));
    }
}
