//! JSON in every form in which resources travel: lists, arrays, lines, objects of arrays, recordings of a browser.
//!
//! In: a text. Out: its resources. Never: an object passed over without being counted.

use super::gather::{Gathered, Kind};
use super::{FileRead, InputError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use client::observe::{List, member};
use serde_json::Value;
use std::path::Path;

const NO_RESOURCE: &str = "an object that is neither a user nor a group";

pub(super) fn read(path: &Path, text: &str, read: &mut FileRead, gathered: &mut Gathered) -> Result<(), InputError> {
    let mut count = 0;
    for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let document = document.map_err(|e| {
            let why = if e.is_eof() { "the file is cut off; ask for it again" } else { "it is no JSON from there on" };
            InputError::new(path, format!("line {} column {}: {why} ({e})", e.line(), e.column()))
        })?;
        count += 1;
        // The form is told by the first.
        let form = take(document, None, &format!("document {count}"), read, gathered);
        if count == 1 {
            form.clone_into(&mut read.form);
        }
    }
    if count > 1 {
        read.form = format!("{count} documents of JSON, one after the other");
    }
    Ok(())
}

/// Takes in what a value holds; what it is, for a sentence.
fn take(value: Value, hint: Option<&Kind>, place: &str, read: &mut FileRead, gathered: &mut Gathered) -> &'static str {
    match value {
        Value::Array(all) => {
            for (nth, one) in all.into_iter().enumerate() {
                take(one, hint, &format!("{place}, entry {}", nth + 1), read, gathered);
            }
            "an array"
        }
        Value::Object(_) if member(&value, "log").is_some_and(|log| member(log, "entries").is_some()) => {
            recording(&value, read, gathered);
            "a HAR"
        }
        Value::Object(_) if member(&value, "Resources").is_some_and(Value::is_array) => {
            page(&value, hint, place, read, gathered);
            "a ListResponse"
        }
        Value::Object(_) => object(value, hint, place, read, gathered),
        _ => {
            read.ignore("a value that is no object", place);
            "values"
        }
    }
}

/// An object: a resource, one line of a capture, or arrays under names.
fn object(
    value: Value,
    hint: Option<&Kind>,
    place: &str,
    read: &mut FileRead,
    gathered: &mut Gathered,
) -> &'static str {
    if let (Some(Value::String(kind)), Some(resource)) =
        (value.get("type"), value.get("resource").filter(|r| r.is_object()))
    {
        gathered.add(Kind::named(kind), resource.clone(), read);
        return "resources with their types";
    }
    if let Some(kind) = Kind::of(&value).or_else(|| hint.cloned().filter(|_| member(&value, "id").is_some())) {
        gathered.add(kind, value, read);
        return "a resource";
    }
    let Value::Object(members) = value else { return "values" };
    let mut arrays = 0;
    for (name, inside) in members {
        let hint = match name.to_ascii_lowercase().as_str() {
            "users" => Some(Kind::User),
            "groups" => Some(Kind::Group),
            _ => None,
        };
        if hint.is_some() && (inside.is_array() || inside.is_object()) {
            arrays += 1;
            take(inside, hint.as_ref(), &format!("{place}, {name}"), read, gathered);
        }
    }
    if arrays == 0 {
        read.ignore(NO_RESOURCE, place);
    }
    "arrays under their names"
}

fn page(value: &Value, hint: Option<&Kind>, place: &str, read: &mut FileRead, gathered: &mut Gathered) {
    let Some(list) = List::of(value) else { return };
    let kind = list.resources().iter().find_map(Kind::of).or_else(|| hint.cloned());
    if let (Some(kind), Some(total)) = (&kind, list.total()) {
        gathered.total(kind, total);
    }
    for (nth, one) in list.resources().iter().enumerate() {
        take(one.clone(), kind.as_ref(), &format!("{place}, resource {}", nth + 1), read, gathered);
    }
}

/// The answers of a recording, in their order: what came later of a resource is what it is.
fn recording(value: &Value, read: &mut FileRead, gathered: &mut Gathered) {
    let entries = member(value, "log").and_then(|log| member(log, "entries")).and_then(Value::as_array);
    for (nth, entry) in entries.into_iter().flatten().enumerate() {
        let place = format!("entry {}", nth + 1);
        if let Err(why) = exchange(entry, read, gathered) {
            read.ignore(why, &place);
        }
    }
}

fn exchange(entry: &Value, read: &mut FileRead, gathered: &mut Gathered) -> Result<(), &'static str> {
    let request = member(entry, "request").ok_or("an entry without request")?;
    let answer = member(entry, "response").ok_or("an entry without response")?;
    let method = member(request, "method").and_then(Value::as_str).unwrap_or_default();
    let url = member(request, "url").and_then(Value::as_str).unwrap_or_default();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let hint = ["Users", "Groups"].iter().find(|name| path.split('/').any(|part| part == **name));
    let hint = hint
        .map(|name| Kind::named(name.trim_end_matches('s')))
        .ok_or("an exchange that is not about users or groups")?;
    match member(answer, "status").and_then(Value::as_u64) {
        Some(200 | 201) => {}
        Some(204) if method == "DELETE" => {
            gathered.doubts.push(format!(
                "a {} was deleted during the recording",
                if hint == Kind::Group { "group" } else { "user" }
            ));
            return Err("a deletion, which is not carried out here");
        }
        Some(204) => return Err("a change whose answer does not show the resource"),
        _ => return Err("an exchange that did not succeed"),
    }
    let content = member(answer, "content").ok_or("an answer whose body was not recorded")?;
    let text = member(content, "text").and_then(Value::as_str).ok_or("an answer whose body was not recorded")?;
    let packed = member(content, "encoding").and_then(Value::as_str) == Some("base64");
    let bytes = if packed {
        STANDARD.decode(text).map_err(|_| "an answer whose body is no base64")?
    } else {
        text.as_bytes().to_vec()
    };
    let body: Value = serde_json::from_slice(&bytes).map_err(|_| "an answer whose body is no JSON")?;
    if List::of(&body)
        .is_some_and(|list| member(&body, "Resources").is_some_and(Value::is_array) || list.total().is_some())
    {
        if let Some(total) = List::of(&body).and_then(List::total).filter(|_| !url.contains("filter=")) {
            gathered.total(&hint, total);
        }
        let all = List::of(&body).map(|list| list.resources().to_vec()).unwrap_or_default();
        all.into_iter().for_each(|one| gathered.replace(Kind::of(&one).unwrap_or_else(|| hint.clone()), one, read));
        return Ok(());
    }
    if member(&body, "id").is_none() {
        return Err(NO_RESOURCE);
    }
    gathered.replace(Kind::of(&body).unwrap_or(hint), body, read);
    Ok(())
}
