//! Text from a target made safe to print: it may hold anything, escape sequences for the reader's terminal included.

use scim::printable::is_hidden;

/// One line of bounded length (in characters), everything that is no plain character written out.
pub(super) fn line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == limit {
            out.push_str(" [...]");
            break;
        }
        push(&mut out, if matches!(c, '\n' | '\t') { ' ' } else { c });
    }
    out
}

/// At most so many lines and characters, line breaks kept, everything that is no plain character written out.
pub(super) fn lines(text: &str, most_lines: usize, limit: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut left = limit;
    for part in text.lines() {
        if out.len() == most_lines || left == 0 {
            out.push("[...]".to_owned());
            break;
        }
        out.push(line(&part.replace('\t', "  "), left));
        left = left.saturating_sub(part.chars().count());
    }
    out
}

fn push(out: &mut String, c: char) {
    if is_hidden(c) {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

/// A line of one terminal's width: cut where it is longer.
pub(super) fn fitting(safe: &str, width: usize) -> String {
    if safe.chars().count() <= width {
        return safe.to_owned();
    }
    let kept: String = safe.chars().take(width.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

/// Breaks a line at spaces, or within a word that is longer than the width. Its own indent is kept on every line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let words = text.trim_start_matches(' ');
    let indent = " ".repeat((text.len() - words.len()).min(width / 2));
    let width = width - indent.len();
    let mut out = Vec::new();
    let mut current = indent.clone();
    let mut used = 0;
    for word in words.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + word.len() > width {
            out.push(std::mem::replace(&mut current, indent.clone()));
            used = 0;
        }
        if used > 0 {
            current.push(' ');
            used += 1;
        }
        while word.len() > width {
            // JSON without spaces is easier to read when broken after a comma.
            let comma = word[..width].iter().rposition(|c| *c == ',').filter(|at| *at > width / 2);
            let rest = word.split_off(comma.map_or(width, |at| at + 1));
            current.extend(word);
            out.push(std::mem::replace(&mut current, indent.clone()));
            word = rest;
        }
        used += word.len();
        current.extend(word);
    }
    out.push(current);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_written_out() {
        assert_eq!(line("a\u{1b}[31mred\u{7}\r\u{202e}b\nc", 100), r"a\u{1b}[31mred\u{7}\u{d}\u{202e}b c");
        assert_eq!(line("\u{9b}2J", 100), r"\u{9b}2J");
        assert_eq!(line(&"x".repeat(50), 10), "xxxxxxxxxx [...]");
    }

    #[test]
    fn a_line_fits_the_width() {
        assert_eq!(fitting("12345678", 8), "12345678");
        assert_eq!(fitting("1234 6789", 8), "1234...");
    }

    #[test]
    fn lines_are_bounded_in_number_and_length() {
        assert_eq!(lines("a\n\tb\nc", 2, 100), ["a", "  b", "[...]"]);
        assert_eq!(lines(&format!("{}\nrest", "é".repeat(9)), 5, 4), ["éééé [...]", "[...]"]);
    }

    #[test]
    fn text_is_wrapped_at_spaces_or_within_a_long_word() {
        assert_eq!(wrap("the quick brown fox jumps over", 20), ["the quick brown fox", "jumps over"]);
        assert_eq!(wrap(&"x".repeat(45), 20), ["x".repeat(20), "x".repeat(20), "x".repeat(5)]);
        assert_eq!(wrap("{\"a\":[\"bbbbb\",\"ccccccc\"]}", 20), ["{\"a\":[\"bbbbb\",", "\"ccccccc\"]}"]);
        assert_eq!(wrap("", 20), [""]);
        assert!(wrap(&format!("{}{}", " ".repeat(30), "x".repeat(30)), 20).iter().all(|line| line.len() <= 20));
        assert_eq!(wrap("  the quick brown fox jumps", 22), ["  the quick brown fox", "  jumps"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_to_its_bounds(text in ".*", width in 20_usize..60) {
            for line in lines(&text, 5, 200) {
                assert!(wrap(&line, width).iter().all(|part| part.chars().count() <= width));
            }
        }
    }
}
