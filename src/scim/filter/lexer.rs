//! A filter's text cut into words, strings and brackets.
