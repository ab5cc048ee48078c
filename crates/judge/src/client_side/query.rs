//! Queries: filters, the order, and which attributes are wanted; in a URL, or in the body of a search.

use super::bench::{Bench, flaw};
use super::filters::{Question, belongs_to_extension, goes_on_behind_brackets, questions};
use super::request::Request;
use super::task::Task;
use crate::check::show;
use client::wire::decode_query;
use scim::filter::{Filter, Literal, Test};
use scim::path::AttrPath;
use scim::schema::ResourceType;
use scim::secrecy::MARK;
use scim::urn;
use serde_json::Value;

/// Attributes of a user that say who somebody is (RFC 7644 section 7.5.2); a user name does where it is an e-mail address.
const PERSONAL: [&str; 5] = ["emails", "name", "phoneNumbers", "addresses", "displayName"];

pub(super) fn check(bench: &mut Bench, request: &Request<'_>) {
    projection(bench, request);
    match request.task {
        Task::Read => {
            if let Some(filter) = request.parameter("filter").filter(|text| !text.contains(MARK)) {
                in_url(bench, request, &filter);
            }
            if let Some(order) = request.parameter("sortOrder") {
                sort_order(bench, request, "query", &order);
            }
        }
        Task::Search => search(bench, request),
        _ => {}
    }
}

fn in_url(bench: &mut Bench, request: &Request<'_>, text: &str) {
    let raw = request.parameters().find(|(name, _)| decode_query(name).eq_ignore_ascii_case("filter"));
    let raw = raw.map(|(_, value)| value).unwrap_or_default();
    if text.contains(' ') {
        bench.hold(request, "CLIENT-PLUS", !raw.contains('+'), || flaw("query filter", "%20", "+"));
    }
    let Some(filter) = grammar(bench, request, "RFC7644-3.4.2.2-32", "query filter", text) else { return };
    let asked = questions(&filter);
    meaning(bench, request, "query filter", &filter, &asked);
    if request.kind.is_some_and(|kind| kind.name == "User") {
        let personal: Vec<String> = asked.iter().filter(|question| is_personal(question)).map(told).collect();
        bench.hold(request, "RFC7644-7.5.2-02", personal.is_empty(), || {
            flaw("query filter", "a search by POST", personal.join(", "))
        });
    }
}

fn told(question: &Question<'_>) -> String {
    question.path.to_string()
}

/// Whether a question compares with something that says who somebody is.
fn is_personal(question: &Question<'_>) -> bool {
    let Test::Compare(_, Literal::String(text)) = question.test else { return false };
    let name = &question.path.name;
    let by_type = question.path.sub.as_deref().is_some_and(|sub| sub.eq_ignore_ascii_case("type"));
    let address = name.eq_ignore_ascii_case("userName") && text.contains('@');
    address || (!by_type && PERSONAL.iter().any(|personal| personal.eq_ignore_ascii_case(name)))
}

/// Reads a filter; `None` where it is none.
fn grammar(bench: &mut Bench, request: &Request<'_>, id: &'static str, place: &str, text: &str) -> Option<Filter> {
    let read = Filter::parse(text);
    let why = match &read {
        Err(error) => Some(format!("{text} ({error})")),
        Ok(filter) if goes_on_behind_brackets(filter) => {
            Some(format!("{text} (a sub-attribute behind brackets is for the path of a PATCH)"))
        }
        Ok(_) => None,
    };
    bench.hold(request, id, why.is_none(), || flaw(place, "a filter of RFC 7644", why.unwrap_or_default()));
    read.ok()
}

/// What a filter asks of the attributes that the server has.
fn meaning(bench: &mut Bench, request: &Request<'_>, place: &str, filter: &Filter, asked: &[Question<'_>]) {
    let Some(kind) = request.kind else { return };
    let whole = asked.iter().find(|question| is_whole(question, kind));
    bench.hold(request, "RFC7644-3.4.2.2-37", whole.is_none(), || {
        flaw(place, "a sub-attribute", whole.map(told).unwrap_or_default())
    });
    if whole.is_none() {
        let never = filter.check(kind).err();
        bench.hold(request, "CLIENT-FILTER-NEVER", never.is_none(), || {
            let why = never.map(|error| error.to_string()).unwrap_or_default();
            flaw(place, "a value that the attribute can have", why)
        });
    }
    if request.task != Task::Read {
        return;
    }
    for question in asked {
        let extension = belongs_to_extension(&question.path, kind);
        if extension.is_some() || question.path.urn.as_deref().is_some_and(|urn| kind.extension(urn).is_some()) {
            bench.hold(request, "RFC7644-3.10-03", extension.is_none(), || {
                flaw(place, format!("{}:{}", extension.unwrap_or_default(), question.path), told(question))
            });
        }
    }
}

/// Whether a complex attribute without a value of its own is compared as a whole. Where there is one, `emails co "x"` means it, as
/// in the RFC's own examples.
fn is_whole(question: &Question<'_>, kind: &ResourceType) -> bool {
    let Some(found) = kind.attribute(&question.path) else { return false };
    let leaf = found.leaf();
    matches!(question.test, Test::Compare(..)) && leaf.is_complex() && leaf.sub("value").is_none()
}

fn sort_order(bench: &mut Bench, request: &Request<'_>, place: &str, order: &str) {
    let known = ["ascending", "descending"].iter().any(|word| word.eq_ignore_ascii_case(order));
    bench.hold(request, "RFC7644-3.4.2.3-07", known, || flaw(place, "ascending or descending", format!("{order:?}")));
}

fn projection(bench: &mut Bench, request: &Request<'_>) {
    let wanted = request.parameter("attributes");
    let unwanted = request.parameter("excludedAttributes");
    let in_body = |name| request.task == Task::Search && request.sent(name).is_some();
    let has = |sent: &Option<String>, name| sent.is_some() || in_body(name);
    let (some, without) = (has(&wanted, "attributes"), has(&unwanted, "excludedAttributes"));
    if some || without {
        bench.hold(request, "RFC7644-3.9-07", !(some && without), || {
            flaw("query", "attributes or excludedAttributes", "both")
        });
    }
    if request.task != Task::Read {
        return;
    }
    for (name, list) in [("attributes", wanted), ("excludedAttributes", unwanted)] {
        let Some(list) = list.filter(|list| !list.trim().is_empty()) else { continue };
        let odd = list.split(',').map(str::trim).find(|one| AttrPath::parse(one).is_err());
        bench.hold(request, "RFC7644-3.9-06", odd.is_none(), || {
            flaw(format!("query {name}"), "names of attributes", format!("{:?}", odd.unwrap_or_default()))
        });
    }
}

fn search(bench: &mut Bench, request: &Request<'_>) {
    if request.object().is_none() {
        return;
    }
    let named = names(request.sent("schemas"), urn::SEARCH_REQUEST);
    bench.hold(request, "RFC7644-3.4.3-04", named, || {
        flaw("/schemas", urn::SEARCH_REQUEST, show(request.sent("schemas")))
    });
    for name in ["attributes", "excludedAttributes"] {
        let Some(sent) = request.sent(name) else { continue };
        let name_of = |one: &Value| one.as_str().is_some_and(|one| AttrPath::parse(one).is_ok());
        let good = sent.is_null() || sent.as_array().is_some_and(|all| all.iter().all(name_of));
        bench.hold(request, "RFC7644-3.4.3-05", good, || {
            flaw(format!("/{name}"), "an array of attribute names", show(Some(sent)))
        });
    }
    if let Some(order) = request.sent("sortOrder").and_then(Value::as_str) {
        sort_order(bench, request, "/sortOrder", order);
    }
    let Some(text) = request.sent("filter").filter(|sent| !sent.is_null()) else { return };
    let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
    if text.contains(MARK) {
        return;
    }
    if let Some(filter) = grammar(bench, request, "RFC7644-3.4.3-10", "/filter", &text) {
        meaning(bench, request, "/filter", &filter, &questions(&filter));
    }
}

/// Whether `schemas` has a URN; URNs are compared without regard to case (RFC 7643 section 2.1).
pub(super) fn names(schemas: Option<&Value>, wanted: &str) -> bool {
    let all = schemas.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).any(|one| urn::same(one, wanted))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use serde_json::json;

    #[test]
    fn a_filter_follows_the_grammar() {
        let id = "RFC7644-3.4.2.2-32";
        for good in ["userName%20eq%20%22ada%22", "emails%5Btype%20eq%20%22work%22%5D", "active%20Eq%20true"] {
            green(&[get(&format!("/Users?filter={good}"))], id);
        }
        for bad in ["", "userName%20eq%20ada", "userName", "userName%20=%20%22a%22", "userName%20eq%20'a'"] {
            red(&[get(&format!("/Users?filter={bad}"))], id, Violation);
        }
        let behind = "emails%5Btype%20eq%20%22work%22%5D.type%20eq%20%22x%22";
        red(&[get(&format!("/Users?filter={behind}"))], id, Violation);
    }

    #[test]
    fn a_filter_asks_what_can_be_answered() {
        let id = "RFC7644-3.4.2.2-37";
        green(&[get("/Groups?filter=members%20eq%20%22a%22")], id);
        red(&[get("/Users?filter=meta%20eq%20%22Ada%22")], id, Violation);
        green(&[get("/Users?filter=active%20eq%20true")], "CLIENT-FILTER-NEVER");
        red(&[get("/Users?filter=active%20co%20%22r%22")], "CLIENT-FILTER-NEVER", Warning);
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        green(&[get(&format!("/Users?filter={urn}%20eq%20%22a%22"))], "RFC7644-3.10-03");
        red(&[get("/Users?filter=department%20eq%20%22a%22")], "RFC7644-3.10-03", Warning);
        green(&[get("/Users?filter=userName%20eq%20%22a%22")], "CLIENT-PLUS");
        red(&[get("/Users?filter=userName+eq+%22a%22")], "CLIENT-PLUS", Warning);
    }

    #[test]
    fn personal_data_stays_out_of_urls() {
        let id = "RFC7644-7.5.2-02";
        green(&[get("/Users?filter=userName%20eq%20%22ada%22")], id);
        green(&[get("/Users?filter=externalId%20eq%20%22a@b.example%22")], id);
        green(&[get("/Users?filter=emails%5Btype%20eq%20%22work%22%5D")], id);
        red(&[get("/Users?filter=userName%20eq%20%22ada@a.example%22")], id, Warning);
        red(&[get("/Users?filter=emails%5Bvalue%20eq%20%22ada@a.example%22%5D")], id, Warning);
        unseen(&[get("/Groups?filter=displayName%20eq%20%22Crew%22")], id);
    }

    #[test]
    fn order_and_projection_are_as_the_rfc_spells_them() {
        green(&[get("/Users?sortBy=userName&sortOrder=descending")], "RFC7644-3.4.2.3-07");
        red(&[get("/Users?sortBy=userName&sortOrder=desc")], "RFC7644-3.4.2.3-07", Violation);
        green(&[get("/Users?attributes=userName,name.familyName")], "RFC7644-3.9-06");
        red(&[get("/Users?attributes=userName;name")], "RFC7644-3.9-06", Violation);
        green(&[get("/Users?excludedAttributes=members")], "RFC7644-3.9-07");
        red(&[get("/Users?excludedAttributes=members&attributes=id")], "RFC7644-3.9-07", Warning);
    }

    #[test]
    fn a_search_names_its_schema_and_has_arrays() {
        let urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
        let good = json!({"schemas": [urn], "filter": "userName eq \"a\"", "attributes": ["userName"], "sortOrder": "ascending"});
        let search = |pointer: &str, value| post("/Users/.search", &with(&good, pointer, value));
        for id in ["RFC7644-3.4.3-04", "RFC7644-3.4.3-05", "RFC7644-3.4.3-10", "RFC7644-3.4.2.3-07"] {
            green(&[post("/Users/.search", &good)], id);
        }
        red(&[search("/schemas", json!([]))], "RFC7644-3.4.3-04", Violation);
        red(&[search("/attributes", json!("userName,id"))], "RFC7644-3.4.3-05", Violation);
        red(&[search("/filter", json!("userName"))], "RFC7644-3.4.3-10", Violation);
        red(&[search("/sortOrder", json!("up"))], "RFC7644-3.4.2.3-07", Violation);
        red(&[search("/filter", json!("name eq \"a\""))], "RFC7644-3.4.2.2-37", Violation);
    }
}
