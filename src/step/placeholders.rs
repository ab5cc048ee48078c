//! What stands in angle brackets in the text of requests, and what is put in for it.
//!
//! In the text `<tag>` stands for the scenario's tag, `<Ada>` for the id of Ada's account, `<noted Ada>` for the id it had
//! when it was noted, `<userName Ada>` and `<externalId Ada>` for these values of hers, `<group Engineering>` for the id
//! of a group, `<noted-group>` for the id of the group noted, `<name Engineering>` for a group's name on the target,
//! `<last>` for the id in the last answer, `<last /nextCursor>` and `<Ada /meta/version>` for what stands there in it or in a
//! fresh read, `<base>` for the base URL, `<other>` and `<other-group>` for the account and the group in the second tenant.
//! `<UserName Ada>` is in capitals. `<schema User>` and `<message Error>` stand for the URNs of a schema and a message of SCIM,
//! `<enterprise>` for that of the extension for enterprise users.

use super::step_end::Stop;
use super::table_cells::at;
use super::world::World;
use client::observe::{id_text, member};
use client::wire::{decode_path, encode_part, encode_query_value};
use serde_json::Value;

/// The text with what stands in angle brackets put in.
pub(super) async fn filled(world: &mut World, text: &str) -> Result<String, Stop> {
    put_in(world, text, |_, value| value).await
}

/// The target of a request with what stands in angle brackets put in, each value encoded so that it stays where it was put.
pub(super) async fn filled_target(world: &mut World, text: &str) -> Result<String, Stop> {
    put_in(world, text, |word, value| if is_id(word) { encode_query_value(&value) } else { encode_part(&value) }).await
}

/// Whether a word stands for an id, which every request of a scenario spells the same way.
fn is_id(word: &str) -> bool {
    match word.split_once(' ') {
        Some((what, name)) => matches!(what, "group" | "noted") && !name.starts_with('/'),
        None => !matches!(word, "tag" | "base" | "enterprise"),
    }
}

async fn put_in(world: &mut World, text: &str, spelled: fn(&str, String) -> String) -> Result<String, Stop> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((word, after)) = after.split_once('>') else { break };
        out.push_str(before);
        out.push_str(&spelled(word, meant(world, word).await?));
        rest = after;
    }
    out.push_str(rest);
    Ok(world.cast.addresses.in_text(&out))
}

async fn meant(world: &mut World, word: &str) -> Result<String, Stop> {
    match word {
        "tag" => return Ok(world.cast.tag.clone()),
        "base" => return Ok(world.site.tenancy.base.to_string()),
        "enterprise" => return Ok("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".to_owned()),
        "last" => {
            let id = world.evidence.last_answer()?.json().and_then(id_text);
            return id.ok_or_else(|| world.evidence.unprepared("the last answer has no id"));
        }
        "other" => {
            let account =
                world.site.second_tenant.as_ref().and_then(|second| second.account.as_ref()).and_then(id_text);
            return account.ok_or_else(|| not_noted(world, "other"));
        }
        "other-group" => {
            let group = world.site.second_tenant.as_ref().and_then(|second| second.group.as_ref()).and_then(id_text);
            return group.ok_or_else(|| not_noted(world, "other-group"));
        }
        "noted-group" => return noted_group_id(world),
        _ => {}
    }
    if let Some((name, pointer)) = word.split_once(" /") {
        return value_of(world, name, &format!("/{pointer}")).await;
    }
    if let Some(path) = world.noted.made.get(word) {
        return Ok(id_at(path));
    }
    let (what, name) = word.split_once(' ').unwrap_or(("id", word));
    match what {
        "schema" => Ok(format!("urn:ietf:params:scim:schemas:core:2.0:{name}")),
        "message" => Ok(format!("urn:ietf:params:scim:api:messages:2.0:{name}")),
        "group" => {
            let id = id_text(&world.group_called(name).await?);
            id.ok_or_else(|| world.evidence.unprepared(&format!("group {name} has no id")))
        }
        "name" => Ok(world.cast.group_name(name)),
        "UserName" => Ok(world.cast.persona(name).user_name.to_uppercase()),
        "userName" => Ok(world.cast.persona(name).user_name),
        "externalId" => {
            let account = world.account_of(name).await?;
            Ok(member(&account, "externalId").and_then(Value::as_str).unwrap_or_default().to_owned())
        }
        "noted" => {
            let account = world.noted.accounts.get(name).and_then(id_text);
            account.ok_or_else(|| not_noted(world, &format!("account {name}")))
        }
        "id" => {
            let id = id_text(&world.account_of(name).await?);
            id.ok_or_else(|| world.evidence.unprepared(&format!("the account of {name} has no id")))
        }
        _ => Err(world.evidence.misuse(format!("<{word}> stands for nothing"))),
    }
}

/// The id in the path of a resource.
pub(super) fn id_at(path: &str) -> String {
    decode_path(path.rsplit('/').next().unwrap_or_default())
}

/// What stands at a JSON pointer of the last answer, or of what the scenario made under a name; text without its quotes.
async fn value_of(world: &mut World, name: &str, pointer: &str) -> Result<String, Stop> {
    let found = match (name, world.noted.made.get(name).cloned()) {
        ("last", _) => world.evidence.last_answer()?.json().cloned(),
        (_, Some(path)) => world.evidence.state_at(&path).await?,
        (name, None) => return Err(world.evidence.misuse(format!("{name} was not made in this scenario"))),
    };
    Ok(match found.and_then(|body| at(&body, pointer)) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    })
}

/// The id of the group noted last.
pub(super) fn noted_group_id(world: &mut World) -> Result<String, Stop> {
    let id = world.noted.group.as_ref().and_then(id_text);
    id.ok_or_else(|| not_noted(world, "group"))
}

fn not_noted(world: &mut World, what: &str) -> Stop {
    world.evidence.misuse(format!("no {what} was noted in this scenario"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_encoded_in_a_path_alone() {
        let id = "ada@example.com/1+%";
        assert_eq!(id_at(&format!("/Users/{}", encode_query_value(id))), id);
        let ids = ["Ada", "last", "other", "noted-group", "group Engineering", "noted Ada"];
        assert!(ids.iter().all(|word| is_id(word)));
        let others = ["tag", "enterprise", "userName Ada", "schema User", "last /nextCursor", "Ada /meta/version"];
        assert!(!others.iter().any(|word| is_id(word)));
    }
}
