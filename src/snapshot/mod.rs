//! Golden exchanges: normalise, store, compare, review.
