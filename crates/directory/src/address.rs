//! Mail addresses and user names of a run: all carry its tag, below the domain that the target accepts.

/// The domain that texts show, and that stands for the target's own.
const SHOWN: &str = "@example.com";

/// Gives the mail addresses of one tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    tag: String,
    domain: String,
}

impl Addresses {
    /// Addresses that carry a tag, in a domain.
    #[must_use]
    pub fn new(tag: &str, domain: &str) -> Self {
        Self { tag: tag.to_owned(), domain: domain.to_owned() }
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The address of that local part: `ada.<tag>@<domain>`.
    #[must_use]
    pub fn of(&self, local: &str) -> String {
        format!("{local}.{}@{}", self.tag, self.domain)
    }

    /// The text with every address at `example.com` that stands in it as it is sent: with the tag, unless it has that already, and
    /// in the domain.
    #[must_use]
    pub fn in_text(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(at) = rest.find(SHOWN) {
            let (before, after) = (&rest[..at], &rest[at + SHOWN.len()..]);
            let edge = |c: char| c.is_whitespace() || "\"'<>()[]{},;:=|\\".contains(c);
            let local = before.rsplit(edge).next().unwrap_or_default();
            // What goes on is another domain, and without a local part it is a part of an address.
            let whole = !local.is_empty() && !after.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '-');
            out.push_str(before);
            if !whole {
                out.push_str(SHOWN);
            } else {
                if !local.contains(&self.tag) {
                    out.push('.');
                    out.push_str(&self.tag);
                }
                out.push('@');
                out.push_str(&self.domain);
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_sent_with_the_tag_and_in_the_domain() {
        let ours = Addresses::new("r7k2a001", "acme.test");
        assert_eq!(ours.of("ada"), "ada.r7k2a001@acme.test");
        for (shown, sent) in [
            ("ada.king@example.com", "ada.king.r7k2a001@acme.test"),
            ("{\"userName\":\"renée.r7k2a001@example.com\"}", "{\"userName\":\"renée.r7k2a001@acme.test\"}"),
            (
                "userName eq \"a@example.com\" or b@example.com",
                "userName eq \"a.r7k2a001@acme.test\" or b.r7k2a001@acme.test",
            ),
            (
                "emails co \"@example.com\" or emails co \"example.com\"",
                "emails co \"@example.com\" or emails co \"example.com\"",
            ),
            ("a@example.com.au https://example.com/ada", "a@example.com.au https://example.com/ada"),
        ] {
            assert_eq!(ours.in_text(shown), sent);
        }
        let usual = Addresses::new("r7k2a001", "example.com");
        assert_eq!(usual.in_text("ada.r7k2a001@example.com"), "ada.r7k2a001@example.com");
    }
}
