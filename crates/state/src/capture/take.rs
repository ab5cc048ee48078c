//! Reads everything a target holds into a capture.
//!
//! In: a client. Out: lines in a [`CaptureWriter`]. Never: a request other than GET; more than one page in memory.

use super::{CaptureError, CaptureWriter, Trailer};
use crate::read::walk::PagedRead;
use crate::read::{LeftOut, ReadError, TenantState, get};
use client::observe::{Resource, member};
use client::wire::Client;

/// Resource types read besides users and groups, at most.
const MOST_TYPES: usize = 50;

/// Takes a capture: users, groups, and what else `/ResourceTypes` names (RFC 7644 section 4). `progress` is told how many
/// resources of an endpoint came so far.
///
/// # Errors
/// When a page cannot be had, or the file not be written; what came is kept, and the next call goes on from there.
pub async fn take(
    client: &Client,
    mut writer: CaptureWriter,
    mut progress: impl FnMut(&str, usize),
) -> Result<Trailer, CaptureError> {
    let mut evidence = TenantState { complete: true, ..TenantState::default() };
    let mut trailer = Trailer::default();
    for (kind, endpoint) in types(client, &mut evidence).await? {
        let read = one_type(client, &mut writer, (&kind, &endpoint), &mut evidence, &mut progress).await;
        match read {
            Ok(pages) => {
                trailer.pages.insert(endpoint, pages);
            }
            Err(CaptureError::Read(ReadError { status: Some(status), .. }))
                if kind != "User" && (kind != "Group" || [404, 501].contains(&status)) =>
            {
                evidence.complete &= kind == "Group";
                evidence.remarks.push(format!("{endpoint} was not read: it answers {status}"));
            }
            Err(error) => return Err(error),
        }
    }
    if writer.resumed() > 0 {
        evidence.complete &= !evidence.unsettled;
        evidence.remarks.push(format!("the reading broke off and went on, {} times in all", writer.resumed()));
    }
    // What the wire says of a group that cannot be read has its id in it.
    if writer.mask().is_some() {
        let named = |remark: &String| !remark.contains("cannot be read by itself");
        let before = evidence.remarks.len();
        evidence.remarks.retain(named);
        if evidence.remarks.len() < before {
            evidence.remarks.push("some groups of the list cannot be read by themselves".to_owned());
        }
    }
    trailer.complete = evidence.complete;
    trailer.remarks = evidence.remarks;
    trailer.unsettled = evidence.unsettled;
    trailer.paged = evidence.paged;
    writer.finish(trailer)
}

/// Reads one collection; how many pages it has.
async fn one_type(
    client: &Client,
    writer: &mut CaptureWriter,
    (kind, endpoint): (&str, &str),
    evidence: &mut TenantState,
    progress: &mut impl FnMut(&str, usize),
) -> Result<usize, CaptureError> {
    let mut walk = PagedRead::new(endpoint, usize::MAX);
    let mut count = 0;
    if let Some((place, seen)) = writer.before(endpoint) {
        count = seen.len();
        walk = walk.resume(place, seen, writer.mask().cloned());
    } else if let Some(mask) = writer.mask() {
        walk = walk.resume(Default::default(), Default::default(), Some(mask.clone()));
    }
    let mut left_out = LeftOut::default();
    while let Some(items) = walk.next(client).await? {
        for mut item in items {
            if kind == "Group" {
                left_out.fill(client, &mut item).await?;
            }
            writer.resource(kind, &item)?;
            count += 1;
        }
        writer.page(endpoint, walk.place())?;
        // The exchanges of a page are evidence that the file has now.
        client.journal().truncate(0);
        progress(endpoint, count);
    }
    let pages = walk.pages;
    walk.finish(evidence);
    left_out.finish(evidence);
    Ok(pages)
}

/// Users, groups, and the other types that the target says it has, each with its endpoint.
async fn types(client: &Client, evidence: &mut TenantState) -> Result<Vec<(String, String)>, CaptureError> {
    let mut all = vec![("User".to_owned(), "/Users".to_owned()), ("Group".to_owned(), "/Groups".to_owned())];
    let page = match get(client, "/ResourceTypes").await {
        Ok(page) => page,
        Err(ReadError { status: Some(status), .. }) => {
            evidence.remarks.push(format!(
                "/ResourceTypes answers {status}: other types than users and groups were not looked for"
            ));
            return Ok(all);
        }
        Err(error) => return Err(error.into()),
    };
    // Some answer with an array instead of a list.
    let named = page.json().and_then(serde_json::Value::as_array).map_or(page.resources(), Vec::as_slice);
    for one in named.iter().take(MOST_TYPES) {
        let (Some(kind), Some(at)) = (member(one, "name").and_then(|n| n.as_str()), Resource::of(one).text("endpoint"))
        else {
            continue;
        };
        let endpoint = format!("/{}", at.rsplit('/').next().unwrap_or_default());
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if !plain(kind) || !plain(&endpoint[1..]) {
            evidence
                .remarks
                .push("a resource type has no name and endpoint that can be used; it was not read".to_owned());
            evidence.complete = false;
        } else if !all.iter().any(|(k, e)| k.eq_ignore_ascii_case(kind) || e.eq_ignore_ascii_case(&endpoint)) {
            all.push((kind.to_owned(), endpoint));
        }
    }
    Ok(all)
}
