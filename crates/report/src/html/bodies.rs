//! The bodies of a page: each once, and no more of them than a browser opens in a second.

use super::text::Page;
use judge::verdict::ExchangeRecord;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::io;

/// Longest body shown, in characters.
const LONGEST: usize = 12_000;
/// A body no longer than this is repeated rather than linked to, in bytes.
const SHORT: usize = 300;
/// What all bodies may take, in bytes.
const ALL: usize = 2_500_000;

/// What was shown so far.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    shown: HashMap<[u8; 32], usize>,
    size: usize,
    /// Bodies that found no room.
    pub(super) left_out: usize,
}

impl Bodies {
    /// Writes request and answer, whole.
    pub(super) fn exchange(&mut self, page: &mut Page<'_>, exchange: &ExchangeRecord) -> io::Result<()> {
        page.raw("<details><summary>")?;
        page.element("span class=\"mono\"", &format!("{} {} ", exchange.method, bounded(&exchange.url, 500)))?;
        let status = exchange.answer.as_ref().map_or("no answer".to_owned(), |a| a.status.to_string());
        page.element("span class=\"mono\"", &status)?;
        page.element("span class=\"dim small\"", &format!(" {}, {:.1} ms", exchange.actor, exchange.duration_ms))?;
        page.raw("</summary><div class=\"inside\">")?;
        self.message(page, "Request", &exchange.headers, exchange.body.as_deref().unwrap_or_default())?;
        match (&exchange.answer, &exchange.failure) {
            (Some(answer), _) => self.message(page, "Answer", &answer.headers, &answer.body)?,
            (None, failure) => page.element("p class=\"bad\"", failure.as_deref().unwrap_or("no answer"))?,
        }
        page.raw("</div></details>\n")
    }

    fn message(
        &mut self,
        page: &mut Page<'_>,
        title: &str,
        headers: &[(String, String)],
        body: &str,
    ) -> io::Result<()> {
        page.element("h4", title)?;
        let head: Vec<String> =
            headers.iter().take(40).map(|(name, value)| format!("{name}: {}", bounded(value, 300))).collect();
        page.element("pre tabindex=\"0\"", &head.join("\n"))?;
        if body.is_empty() { Ok(()) } else { self.body(page, body) }
    }

    /// A body, or a link to where it stands already.
    fn body(&mut self, page: &mut Page<'_>, body: &str) -> io::Result<()> {
        let hash: [u8; 32] = Sha256::digest(body.as_bytes()).into();
        if body.len() > SHORT
            && let Some(at) = self.shown.get(&hash)
        {
            return page.raw(&format!("<p class=\"small\"><a href=\"#b{at}\">The same body as above</a></p>"));
        }
        let text = bounded(&pretty(body), LONGEST);
        if self.size + text.len() > ALL {
            self.left_out += 1;
            return page
                .raw("<p class=\"small dim\">This body was left out to keep the file small; the record has it.</p>");
        }
        self.size += text.len();
        let number = self.shown.len() + 1;
        let at = *self.shown.entry(hash).or_insert(number);
        let id = if at == number { format!(" id=\"b{at}\"") } else { String::new() };
        page.element(&format!("pre{id} tabindex=\"0\""), &text)
    }
}

/// JSON over several lines; anything else as it is.
fn pretty(body: &str) -> String {
    let value = if body.len() > 4 * LONGEST { None } else { serde_json::from_str::<serde_json::Value>(body).ok() };
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| body.to_owned())
}

pub(super) fn bounded(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}\n[cut]", &text[..end]),
        None => text.to_owned(),
    }
}
