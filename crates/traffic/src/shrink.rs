//! Delta debugging: the shortest sub-sequence that still shows something.
//!
//! In: how many there are, and a question that can be asked of any part. Out: a part of which nothing can be left out. After Zeller and
//! Hildebrandt, "Simplifying and isolating failure-inducing input" (2002), the algorithm ddmin. Never: a question asked twice.

use std::collections::HashMap;

/// Finds a part of `0..count` that still shows it, and of which no single element can be left out. `shows` is asked of parts in
/// their order, and has to hold for the whole.
///
/// # Errors
/// Those of the question.
pub async fn shrink<E>(count: usize, mut shows: impl AsyncFnMut(&[usize]) -> Result<bool, E>) -> Result<Vec<usize>, E> {
    let mut known: HashMap<Vec<usize>, bool> = HashMap::new();
    let mut part: Vec<usize> = (0..count).collect();
    let mut pieces = 2;
    while part.len() > 1 {
        let size = part.len().div_ceil(pieces);
        let chunks: Vec<Vec<usize>> = part.chunks(size).map(<[usize]>::to_vec).collect();
        // A half may do by itself; with more pieces it hardly ever does, and what is left without one is asked of anyway.
        let subsets = if pieces == 2 { chunks.clone() } else { Vec::new() };
        let rests = (0..part.len()).step_by(size).map(|start| {
            let end = part.len().min(start + size);
            [&part[..start], &part[end..]].concat()
        });
        let mut smaller = None;
        for (nth, candidate) in subsets.iter().cloned().chain(rests).enumerate() {
            if candidate.is_empty() {
                continue;
            }
            let held = match known.get(&candidate) {
                Some(held) => *held,
                None => {
                    let held = shows(&candidate).await?;
                    known.insert(candidate.clone(), held);
                    held
                }
            };
            if held {
                smaller = Some((candidate, nth < subsets.len()));
                break;
            }
        }
        match smaller {
            Some((candidate, is_subset)) => {
                part = candidate;
                pieces = if is_subset { 2 } else { pieces.saturating_sub(1).max(2) };
            }
            None if size == 1 => break,
            None => pieces = (pieces * 2).min(part.len()),
        }
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn smallest(count: usize, needed: &[usize]) -> (Vec<usize>, usize) {
        let mut asked = 0;
        let shows = async |part: &[usize]| -> Result<bool, ()> {
            asked += 1;
            Ok(needed.iter().all(|at| part.contains(at)))
        };
        let part = shrink(count, shows).await.unwrap();
        (part, asked)
    }

    #[tokio::test]
    async fn what_is_needed_is_left_and_nothing_else() {
        for (count, needed) in [(1, vec![0]), (2, vec![1]), (8, vec![0, 7]), (41, vec![3, 4, 40]), (100, vec![17])] {
            let (part, asked) = smallest(count, &needed).await;
            assert_eq!(part, needed);
            assert!(asked < 150, "{asked} questions for {count}");
        }
        let all: Vec<usize> = (0..9).collect();
        assert_eq!(smallest(9, &all).await.0, all);
    }

    #[tokio::test]
    async fn trouble_with_a_question_ends_it() {
        assert_eq!(shrink(4, async |_: &[usize]| Err::<bool, _>("gone")).await, Err("gone"));
    }
}
