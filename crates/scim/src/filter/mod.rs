//! Filters (RFC 7644 section 3.4.2.2): read, print, check against a resource type, evaluate.
//!
//! In: a filter's text, a resource. Out: an AST, whether it matches. Never: a query to a store.

mod ast;
mod check;
mod error;
mod eval;
mod lexer;
mod parser;

pub use ast::{CompareOp, Filter, Literal, Test};
pub use error::FilterError;
pub(super) use eval::{numbers, values};
pub use parser::{MAX_DEPTH, MAX_LENGTH};
