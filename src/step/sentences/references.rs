//! Names that point at something: references, ids, versions, and the URNs of schemas.

use super::super::step_end::Stop;
use super::super::world::World;
use super::client::content;
use super::schemas::{accepting, made, nothing_like_it, read, text};
use client::observe::{Observation, id_text, member};
use client::wire::{BaseUrl, Method, TransportOutcome, encode_query_value, encode_target};
use cucumber::then;
use judge::check::clause;
use judge::verdict::{OutcomeKind, Place, Severity};
use serde_json::Value;

/// How a reference is read from the base URL.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// It leads to this path below the base URL.
    Below(String),
    /// The same, read kindly: resolved by the letter it leaves the service.
    Astray(String),
    /// To another place.
    Elsewhere,
}

/// The origin of the base URL and the path there that a reference leads to by the letter; none for another host, which a run
/// leaves alone.
fn from_root(base: &str, reference: &str) -> Option<(BaseUrl, String)> {
    let origin = base.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let path = reference.strip_prefix(&origin).unwrap_or(reference);
    let here = path.starts_with('/') && !path.starts_with("//");
    Some((BaseUrl::parse(&origin).ok().filter(|_| here)?, path.to_owned()))
}

/// The origin and path of a reference that leads to the same host at another port; none for anything else.
fn at_another_port(base: &str, reference: &str) -> Option<(BaseUrl, String)> {
    let (origin, path) = origin_and_rest(reference)?;
    let own = BaseUrl::parse(base).ok()?;
    // A gateway that ends TLS in front of the target is reached by another scheme than the target knows of.
    let same_scheme = reference.split_once("://").is_some_and(|(scheme, _)| base.starts_with(&format!("{scheme}://")));
    let other = same_scheme && !own.has_origin_of(&origin) && own.has_host_of(&origin);
    (other && path.starts_with('/')).then(|| (origin, path.to_owned()))
}

/// The origin of an absolute reference, and what comes behind it.
fn origin_and_rest(reference: &str) -> Option<(BaseUrl, &str)> {
    let authority = reference.find("://")? + 3;
    let end = reference[authority..].find(['/', '?', '#']).map_or(reference.len(), |end| authority + end);
    Some((BaseUrl::parse(&reference[..end]).ok()?, &reference[end..]))
}

/// What is wrong with a reference to another host, which a run does not follow: a host that no client reaches is a violation; of
/// any other a warning is all that can be said, because a server behind a gateway may have a second name.
fn anothers(base: &str, reference: &str) -> Option<(String, Option<Severity>)> {
    let (own, (theirs, _)) = (BaseUrl::parse(base).ok()?, origin_and_rest(reference)?);
    let host = theirs.host();
    if host.is_empty() || own.has_host_of(&theirs) || (own.is_loopback() && theirs.is_loopback()) {
        return None;
    }
    // RFC 6761: nobody has a name under these.
    let nobodys = [".example", ".invalid"].iter().any(|end| host.ends_with(end));
    let (why, weight) = match theirs.is_loopback() || host == "0.0.0.0" || host == "[::]" {
        true => ("which leads every client to itself", None),
        false if nobodys => ("a host that no client reaches", None),
        false => ("another host than the one that was asked; it was not followed", Some(Severity::Warning)),
    };
    Some((format!("{reference}, {why}"), weight))
}

/// Resolves a reference against the base URL (RFC 7643 section 2.3.7).
fn way(base: &str, reference: &str) -> Way {
    if let Some(rest) = reference.strip_prefix(base).filter(|rest| rest.starts_with('/')) {
        return Way::Below(rest.to_owned());
    }
    if reference.contains("://") || reference.starts_with("//") {
        return Way::Elsewhere;
    }
    let root = base.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
    match reference.strip_prefix(&root).filter(|rest| !root.is_empty() && rest.starts_with('/')) {
        Some(rest) => Way::Below(rest.to_owned()),
        None if reference.starts_with('/') && root.is_empty() => Way::Below(reference.to_owned()),
        None if reference.starts_with('/') => Way::Astray(reference.to_owned()),
        None => match reference.strip_prefix("../") {
            Some(rest) => Way::Astray(format!("/{rest}")),
            None => Way::Below(format!("/{reference}")),
        },
    }
}

/// Where a resource shows its own address.
const OWN: &str = "/meta/location";

/// The references of a resource: where they stand, what they say, and the id of what they name.
fn references(resource: &Value) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    if let (Some(place), Some(id)) = (member(resource, "meta").and_then(|m| text(m, "location")), id_text(resource)) {
        found.push((OWN.to_owned(), place, id));
    }
    for list in ["members", "groups"] {
        let all = member(resource, list).and_then(Value::as_array).into_iter().flatten();
        let named = all
            .enumerate()
            .filter_map(|(n, v)| Some((format!("/{list}/{n}/$ref"), text(v, "$ref")?, text(v, "value")?)));
        found.extend(named);
    }
    found
}

/// Each reference in what was made, its own address included, can be read and shows the resource it names. At another port of the
/// host somebody has to answer, and is not shown the credential. A reference to another host is not followed: it is told. An address
/// of its own outside the base URL is left alone.
/// Example: each reference of "Ada" leads to the resource it names
#[then(expr = "each reference of {string} leads to the resource it names")]
async fn lead(world: &mut World, name: String) -> Result<(), Stop> {
    let path = made(world, &name)?;
    let resource = read(&mut world.evidence, &path).await?;
    let base = world.site.tenancy.base.to_string();
    let mut failed = false;
    let all = resource.json().map(references).unwrap_or_default();
    if all.is_empty() {
        return Err(nothing_like_it(&mut world.evidence, "reference that is shown"));
    }
    for (at, reference, id) in all {
        let absolute = reference.contains("://");
        let target = match way(&base, &reference) {
            Way::Elsewhere => {
                failed |= elsewhere(world, &base, resource.index, (at, reference, id)).await;
                continue;
            }
            Way::Astray(target) => {
                let seen = format!("{reference}, which leaves the service when it is resolved");
                let mismatch = (
                    Place::Body(at.clone()),
                    "a path from the base URL, such as Users/2819".to_owned(),
                    seen,
                    Some(Severity::Warning),
                );
                failed |= world.evidence.tell("RFC7643-2.3.7-03", resource.index, mismatch);
                target
            }
            Way::Below(target) => target,
        };
        let answer = read(&mut world.evidence, &encode_target(&target)).await?;
        if kept_or_shown(&answer, &id) || answer.status() == Some(500) {
            continue;
        }
        let rooted = reference.starts_with('/');
        if rooted && by_letter(world, &base, &reference).await.is_some_and(|answer| shows(&answer, &id)) {
            continue;
        }
        let seen = format!("{} to GET {target}", answer.status_text());
        let ids = if absolute { vec!["RFC7643-2.3.7-07"] } else { vec!["RFC7643-2.3.7-07", "RFC7643-2.3.7-03"] };
        for clause in ids {
            let mismatch = (Place::Body(at.clone()), format!("an address that shows {id}"), seen.clone(), None);
            failed |= world.evidence.tell(clause, answer.index, mismatch);
        }
    }
    world.evidence.conclude(failed)
}

/// Follows a reference out of the service where it stays on the same host; whether it does not show what it names. At another
/// port nobody is shown the credential, and who does not answer there at all shows nothing either.
async fn elsewhere(world: &mut World, base: &str, index: usize, (at, reference, id): (String, String, String)) -> bool {
    let expected = format!("an address that shows {id}");
    if let Some((origin, path)) = at_another_port(base, &reference) {
        let answer = world.site.strangely_below(origin, &encode_target(&path)).await;
        if answer.outcome() != TransportOutcome::NoConnection && !matches!(answer.status(), Some(404 | 410)) {
            return false;
        }
        let seen = format!("{} to GET {reference}", answer.status_text());
        return world.evidence.tell("RFC7643-2.3.7-07", index, (Place::Body(at), expected, seen, None));
    }
    let followed = if at == OWN { None } else { by_letter(world, base, &reference).await };
    let Some(answer) = followed else {
        if let Some((seen, weight)) = anothers(base, &reference) {
            return world.evidence.tell("RFC7643-2.3.7-07", index, (Place::Body(at), expected, seen, weight));
        }
        world.evidence.note(format!("{reference} was not followed: it lies outside the base URL"));
        return false;
    };
    let silent = !answer.outcome().is_the_targets() || answer.status().is_some_and(|status| status >= 500);
    if silent || kept_or_shown(&answer, &id) {
        return false;
    }
    let seen = format!("{} to GET {reference}", answer.status_text());
    world.evidence.tell("RFC7643-2.3.7-07", index, (Place::Body(at), format!("an address that shows {id}"), seen, None))
}

/// What is answered where a reference leads by the letter, outside the base URL too; nothing where that is another host.
async fn by_letter(world: &World, base: &str, reference: &str) -> Option<Observation> {
    let (origin, path) = from_root(base, reference)?;
    Some(world.site.quietly_below(origin, Method::Get, &encode_target(&path)).await)
}

fn shows(answer: &Observation, id: &str) -> bool {
    answer.succeeded() && answer.json().and_then(id_text).is_some_and(|shown| shown == id)
}

/// Whether an answer shows the resource, or keeps it from this credential.
fn kept_or_shown(answer: &Observation, id: &str) -> bool {
    shows(answer, id) || matches!(answer.status(), Some(401 | 403))
}

/// The same text with small letters for capitals and the other way round; nothing where it has no letters.
fn turned(text: &str) -> Option<String> {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let other: String = text.chars().map(swap).collect();
    (other != text).then_some(other)
}

/// Nobody answers to an id in the other case. Skips the scenario where ids have no letters.
/// Example: no user has the id of "Ada" in the other case
#[then(expr = "no user has the id of {string} in the other case")]
async fn other_id(world: &mut World, name: String) -> Result<(), Stop> {
    let path = made(world, &name)?;
    let own = world.evidence.state_at(&path).await?.as_ref().and_then(id_text);
    let Some(other) = own.as_deref().and_then(turned) else {
        return Err(world
            .evidence
            .stop(OutcomeKind::Skipped, "this target's ids have no letters, so their case cannot be tested"));
    };
    let mut failed = false;
    let answer = read(&mut world.evidence, &format!("/Users/{}", encode_query_value(&other))).await?;
    if answer.succeeded() {
        let seen = format!("{} to GET /Users/{other}", answer.status_text());
        failed |= world.evidence.tell("RFC7643-3.1-12", answer.index, (Place::Status, "404".into(), seen, None));
    }
    if world.supports("filter").await? != Some(false) {
        let filter = encode_query_value(&format!("id eq {}", Value::from(other.as_str())));
        let list = read(&mut world.evidence, &format!("/Users?filter={filter}")).await?;
        if list.succeeded() && !world.noted.listed(list.resources()).is_empty() {
            let mismatch = (Place::Body("/Resources".into()), "nobody".to_owned(), name, None);
            failed |= world.evidence.tell("RFC7643-3.1-12", list.index, mismatch);
        }
    }
    world.evidence.conclude(failed)
}

/// A write under a version in the other case is refused. Skips the scenario where versions have no letters.
/// Example: no write of "Ada" passes under its version in the other case
#[then(expr = "no write of {string} passes under its version in the other case")]
async fn other_version(world: &mut World, name: String) -> Result<(), Stop> {
    let path = made(world, &name)?;
    let body = read(&mut world.evidence, &path).await?.json().cloned().unwrap_or_default();
    let version = member(&body, "meta").and_then(|m| text(m, "version")).unwrap_or_default();
    let other = version.split_once('"').and_then(|(head, tag)| Some(format!("{head}\"{}", turned(tag)?)));
    let Some(other) = other else {
        return Err(world
            .evidence
            .stop(OutcomeKind::Skipped, "this target's entity tags have no letters, so their case cannot be tested"));
    };
    let request = content(accepting(Method::Put, path.as_str()), &body).header("if-match", &other);
    let answer = world.evidence.dispatch(request, true).await?;
    let seen = format!("{} to a PUT under {other}; the version is {version}", answer.status_text());
    let mismatch = (Place::Status, "412".to_owned(), seen, None);
    let failed = answer.succeeded() && world.evidence.tell("RFC7643-3.1-33", answer.index, mismatch);
    world.evidence.conclude(failed)
}

/// The URNs that a resource type declares for its resources.
fn declared(kind: &Value) -> Vec<String> {
    let extensions = match member(kind, "schemaExtensions") {
        Some(Value::Array(all)) => all.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    };
    text(kind, "schema").into_iter().chain(extensions.iter().filter_map(|e| text(e, "schema"))).collect()
}

/// The `schemas` of users and groups name what their resource types declare, and nothing else.
/// Example: resources name only the schemas of their type
#[then(expr = "resources name only the schemas of their type")]
async fn declared_only(world: &mut World) -> Result<(), Stop> {
    let types = read(&mut world.evidence, "/ResourceTypes").await?;
    let (mut failed, mut asked) = (false, false);
    for (kind, endpoint) in [("User", "/Users"), ("Group", "/Groups")] {
        let Some(found) = types.resources().iter().find(|t| text(t, "name").is_some_and(|n| n == kind)) else {
            continue;
        };
        let known = declared(found);
        let list = read(&mut world.evidence, &format!("{endpoint}?count=20")).await?;
        for (n, resource) in list.resources().iter().enumerate() {
            asked = true;
            let all = member(resource, "schemas").and_then(Value::as_array).cloned().unwrap_or_default();
            let urns = all.iter().filter_map(Value::as_str);
            if let Some(stranger) = urns.into_iter().find(|urn| !known.iter().any(|k| k.eq_ignore_ascii_case(urn))) {
                let expected = format!("what the resource type {kind} declares: {}", known.join(", "));
                let mismatch = (Place::Body(format!("/Resources/{n}/schemas")), expected, stranger.to_owned(), None);
                failed |= world.evidence.tell("RFC7643-3-06", list.index, mismatch);
                break;
            }
        }
    }
    if !asked {
        return Err(world.evidence.unprepared("no resource type could be read together with resources of that type"));
    }
    world.evidence.conclude(failed)
}

/// What references may name is a resource type, `external` or `uri`, in every schema.
/// Example: references name resource types that exist
#[then(expr = "references name resource types that exist")]
async fn kinds(world: &mut World) -> Result<(), Stop> {
    let types = read(&mut world.evidence, "/ResourceTypes").await?;
    let schemas = read(&mut world.evidence, "/Schemas").await?;
    let mut known: Vec<String> = types.resources().iter().filter_map(|t| text(t, "name")).collect();
    // The RFC's own schemas name these two, whether a server has them or not.
    known.extend(["external", "uri", "User", "Group"].map(str::to_owned));
    let mut failed = false;
    let list = |of: &Value, name: &str| member(of, name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut asked = false;
    for schema in schemas.resources() {
        let tops = list(schema, "attributes");
        let subs: Vec<Value> = tops.iter().flat_map(|a| list(a, "subAttributes")).collect();
        for attribute in tops.iter().chain(&subs) {
            for kind in list(attribute, "referenceTypes") {
                asked = true;
                if !kind.as_str().is_some_and(|k| known.iter().any(|known| known.eq_ignore_ascii_case(k))) {
                    let place = format!(
                        "{} of {}",
                        text(attribute, "name").unwrap_or_default(),
                        text(schema, "id").unwrap_or_default()
                    );
                    let mismatch = (
                        Place::Body("/Resources".into()),
                        format!("one of {}", known.join(", ")),
                        format!("{kind} at {place}"),
                        None,
                    );
                    failed |= world.evidence.tell("RFC7643-7-47", schemas.index, mismatch);
                }
            }
        }
    }
    if !asked {
        return Err(nothing_like_it(&mut world.evidence, "reference"));
    }
    world.evidence.conclude(failed)
}

/// Below a base URL that ends in a version, another version that nobody has is not served. Skips the scenario for other base URLs.
/// Example: an unknown version of SCIM is refused
#[then(expr = "an unknown version of SCIM is refused")]
async fn version_of_scim(world: &mut World) -> Result<(), Stop> {
    let base = world.site.tenancy.base.as_str().to_owned();
    let number = |segment: &str| segment.strip_prefix('v').is_some_and(|n| n.parse::<f32>().is_ok());
    let other = base.rsplit_once('/').filter(|(_, last)| number(last)).map(|(head, _)| format!("{head}/v9"));
    let Some(other) = other.and_then(|url| BaseUrl::parse(&url).ok()) else {
        return Err(world.evidence.stop(OutcomeKind::Skipped, "this target's base URL does not end in a version"));
    };
    let answer = world.site.quietly_below(other, Method::Get, "/Users?count=1").await;
    if answer.succeeded() && answer.member("schemas").is_some() {
        let place = Place::State("GET /Users of a version that does not exist".to_owned());
        let seen = format!("{} and a SCIM body", answer.status_text());
        let found = clause("RFC7644-3.13-03", None, place, ("a refusal", &seen), None);
        let fails = found.severity.fails();
        let _told_by_the_step_as_a_whole = world.evidence.found(found);
        return world.evidence.conclude(fails);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_resolved_from_the_base_url() {
        let base = "https://h.example/scim/v2";
        let below = |path: &str| Way::Below(path.to_owned());
        assert_eq!(way(base, "https://h.example/scim/v2/Users/1"), below("/Users/1"));
        assert_eq!(way(base, "Users/1"), below("/Users/1"));
        assert_eq!(way(base, "/scim/v2/Users/1"), below("/Users/1"));
        assert_eq!(way(base, "1"), below("/1"));
        assert_eq!(way(base, "/Users/1"), Way::Astray("/Users/1".to_owned()));
        assert_eq!(way(base, "../Users/1"), Way::Astray("/Users/1".to_owned()));
        assert_eq!(way(base, "https://else.example/Users/1"), Way::Elsewhere);
        assert_eq!(way(base, "https://h.example/scim/v23/Users/1"), Way::Elsewhere);
        assert_eq!(way("https://h.example", "/Users/1"), below("/Users/1"));
    }

    #[test]
    fn a_reference_to_a_host_that_nobody_reaches_is_worse_than_one_to_another() {
        let weight = |base: &str, reference: &str| anothers(base, reference).map(|(_, weight)| weight);
        let base = "https://scim.vendor.com/v2";
        for nobodys in
            ["https://scim.internal.example/v2/Users/1", "http://localhost:8080/Users/1", "http://0.0.0.0/Users/1"]
        {
            assert_eq!(weight(base, nobodys), Some(None), "{nobodys}");
        }
        assert_eq!(weight(base, "https://vendor.net/v2/Users/1"), Some(Some(Severity::Warning)));
        for own in ["https://scim.vendor.com:8443/Users/1", "Users/1", "/v2/Users/1"] {
            assert_eq!(weight(base, own), None, "{own}");
        }
        assert_eq!(weight("http://127.0.0.1:9000/scim", "http://localhost:9000/scim/Users/1"), None, "one machine");
    }

    #[test]
    fn a_reference_is_followed_on_the_same_host_alone() {
        let path = |reference: &str| {
            let (origin, path) = from_root("https://h.example/scim/v2", reference)?;
            assert_eq!(origin.as_str(), "https://h.example");
            Some(path)
        };
        assert_eq!(path("https://h.example/other/Users/1").as_deref(), Some("/other/Users/1"));
        assert_eq!(path("/other/Users/1").as_deref(), Some("/other/Users/1"));
        let others = [
            "http://h.example/Users/1",
            "https://h.example.org/Users/1",
            "https://h.example:8443/Users/1",
            "//h.example/Users/1",
            "Users/1",
        ];
        assert!(others.iter().all(|other| path(other).is_none()));
    }

    #[test]
    fn another_port_of_the_host_is_no_other_host() {
        let at = |reference: &str| {
            let (origin, path) = at_another_port("https://h.example/scim/v2", reference)?;
            Some(format!("{} {path}", origin.as_str()))
        };
        assert_eq!(at("https://h.example:8443/Users/1").as_deref(), Some("https://h.example:8443 /Users/1"));
        assert_eq!(at("https://H.example:1/scim/v2/Users/1").as_deref(), Some("https://h.example:1 /scim/v2/Users/1"));
        let others = [
            "http://h.example/Users/1",
            "https://h.example/Users/1",
            "https://h.example:443/Users/1",
            "https://h.example.org:8443/Users/1",
            "https://h.example@evil.example/Users/1",
            "ftp://h.example/Users/1",
            "https://h.example:8443",
            "Users/1",
        ];
        for other in others {
            assert_eq!(at(other), None, "{other}");
        }
    }

    #[test]
    fn a_text_is_turned_where_it_has_letters() {
        assert_eq!((turned("aB-1"), turned("12-3")), (Some("Ab-1".to_owned()), None));
    }

    #[test]
    fn what_a_type_declares_is_read_in_both_shapes() {
        let kind = json!({ "schema": "urn:a", "schemaExtensions": [{ "schema": "urn:b" }] });
        assert_eq!(declared(&kind), ["urn:a", "urn:b"]);
        assert_eq!(
            declared(&json!({ "schema": "urn:a", "schemaExtensions": { "schema": "urn:b" } })),
            ["urn:a", "urn:b"]
        );
    }
}
