//! `scimulate idp`: an IdP that a person operates, from `new` to `disconnect`; what goes wrong with its file; what it never sends.

use super::support::{Place, Ran, Served, Stub, TOKEN, ended, signal, until};
use serde_json::Value;
use std::process::{Child, Command};
use std::time::Duration;

const PEOPLE: &str = "\
userName,givenName,familyName,email,title,department,group
ada@example.com,Ada,Lovelace,ada@example.com,Countess,Engines,Engineering
ben@example.com,Ben,Okri,ben@example.com,Writer,Books,Engineering
cyd@example.com,Cyd,Charisse,cyd@example.com,Dancer,Stage,Sales
";

/// A folder with people, an IdP of that kind, and a served provider.
struct Desk {
    place: Place,
    served: Served,
}

impl Desk {
    fn new(kind: &str) -> Self {
        let place = Place::new().with("people.csv", PEOPLE);
        let served = Served::start(&place, &[]);
        let desk = Self { place, served };
        desk.idp(&["new", "--kind", kind, "--directory", "people.csv"]).expect(0, &["3 people and 2 groups"]);
        desk.connect().expect(0, &["connected to", "0 users"]);
        desk
    }

    fn connect(&self) -> Ran {
        self.idp(&["connect", "--target", &self.served.base, "--token-env", "TOKEN"])
    }

    fn idp(&self, args: &[&str]) -> Ran {
        self.place.run(&[&["idp"], args].concat())
    }

    /// Does it, and fails unless it ends well.
    fn does(&self, args: &[&str]) -> Ran {
        let ran = self.idp(args);
        ran.expect(0, &[]);
        ran
    }

    /// The users or groups of the target, as they are there.
    fn there(&self, endpoint: &str) -> Vec<Value> {
        let all = self.served.list(endpoint);
        all["Resources"].as_array().cloned().unwrap_or_default()
    }

    fn user(&self, name: &str) -> Value {
        let all = self.there("/Users");
        all.iter().find(|u| u["userName"] == name).cloned().unwrap_or_else(|| panic!("no {name} among {all:#?}"))
    }

    fn state(&self) -> String {
        std::fs::read_to_string(self.place.path().join("idp.json")).unwrap()
    }
}

/// The lines of requests: method and what follows the target.
fn sent(ran: &Ran) -> Vec<String> {
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    let of = |line: &str| methods.iter().any(|m| line.starts_with(&format!("{m} ")));
    ran.out.lines().filter(|line| of(line)).map(str::to_owned).collect()
}

#[test]
fn okta_by_hand_from_the_first_assignment_to_a_leaver() {
    let desk = Desk::new("okta");
    desk.does(&["test"]).expect(0, &["list users, 2 from 1"]);
    let assigned = desk.does(&["assign", "--all"]);
    assigned.expect(0, &["look up user ada@example.com by userName: none", "create user cyd@example.com", "6 sent"]);
    assert_eq!(desk.there("/Users").len(), 3);
    assert!(!desk.state().contains("aA7!"), "a placeholder password is in the file");
    desk.does(&["group", "push", "Engineering"]).expect(0, &["create group Engineering"]);
    desk.does(&["rename", "ada", "ada.king@example.com"]).expect(0, &["replace ada", "unverified"]);
    desk.does(&["edit", "ben", "title=Poet", "department="]).expect(0, &["4 sent"]);
    assert_eq!(desk.user("ben@example.com")["title"], "Poet");
    desk.does(&["sync"]).expect(0, &["replace cyd@example.com"]);
    desk.does(&["edit", "cyd", "active=false"]).expect(0, &["replace cyd@example.com"]);
    assert_eq!(desk.user("cyd@example.com")["active"], false);
    assert_eq!(desk.user("ada.king@example.com")["active"], true);
    let links = desk.does(&["links"]);
    links.expect(0, &["user   ada.king@example.com -> ", "group  Engineering -> "]);
    assert!(
        links.out.lines().any(|l| l.starts_with("user   cyd@") && l.contains("inactive, not managed any more")),
        "{links:#?}"
    );
    desk.does(&["log", "-n", "2"]).expect(0, &["PUT", "day 1, 00:00"]);
    let kept = desk.idp(&["disconnect", "--dry-run", "--delete"]);
    kept.expect(0, &["4 objects that this IdP created would be read, and deleted"]);
    desk.does(&["disconnect", "--delete"]).expect(0, &["(Engineering): deleted", "(ada.king@example.com): deleted"]);
    desk.served.expect_empty();
}

#[test]
fn entra_by_hand_waits_for_its_cycles() {
    let desk = Desk::new("entra");
    let waiting = desk.does(&["assign", "ada", "ben"]);
    waiting.expect(0, &["nothing sent", "changes wait for the next cycle"]);
    assert!(sent(&waiting).is_empty() && desk.there("/Users").is_empty());
    desk.does(&["links"]).expect(0, &["ada@example.com -> not provisioned yet"]);
    desk.does(&["sync"]).expect(0, &["probe users", "create user ben@example.com", "6 sent, 6 answered"]);
    desk.does(&["rename", "ada", "ada.king@example.com"]);
    desk.does(&["edit", "ben", "manager=ada"]);
    // An hour holds one cycle of forty minutes.
    desk.does(&["tick", "60m"]).expect(0, &["replace userName", "manager", "day 1, 01:00"]);
    desk.does(&["group", "push", "Sales"]);
    desk.does(&["sync"]).expect(0, &["create user cyd@example.com", "add 1 member (cyd@example.com)"]);
    desk.does(&["delete", "ben"]);
    desk.does(&["sync"]).expect(0, &["change ben@example.com: replace active with False"]);
    assert_eq!(desk.user("ben@example.com")["active"], false);
    desk.does(&["pause"]);
    desk.does(&["sync"]).expect(0, &["start it with `scimulate idp resume`", "provisioning is paused"]);
    desk.does(&["resume"]);
    let month = desk.does(&["tick", "31d"]);
    month.expect(0, &["delete ", "probes of cycles"]);
    assert!(month.out.lines().count() < 10, "a month in which little happens is short to read: {month:#?}");
    assert_eq!(desk.there("/Users").len(), 2);
    desk.does(&["restart", "--drop-links"]);
    desk.does(&["sync"]).expect(0, &["look up user ada.king@example.com by userName: found"]);
    desk.does(&["disconnect"]).expect(0, &["3 objects that this IdP created stay on the target"]);
    assert_eq!(desk.there("/Users").len(), 2);
    desk.connect().expect(0, &["2 users"]);
    desk.does(&["status"]).expect(0, &["provisioning: on", "0 assigned, 0 linked"]);
}

#[test]
fn churn_is_the_same_for_the_same_seed() {
    let churned = || {
        let desk = Desk::new("entra");
        desk.does(&["assign", "--all"]);
        desk.does(&["group", "push", "Engineering"]);
        let ran = desk.does(&["churn", "--days", "3", "--a-day", "4"]);
        let people = desk.does(&["people"]).out;
        (sent(&ran).into_iter().filter(|l| l.contains("create")).collect::<Vec<_>>(), people)
    };
    let first = churned();
    assert!(first.0.len() > 3, "{first:#?}");
    assert_eq!(first, churned());
}

#[test]
fn a_dry_run_shows_every_request_and_sends_none() {
    let stub = Stub::answering("500 no", "");
    let place = Place::new().with("people.csv", PEOPLE);
    let idp = |args: &[&str]| place.run(&[&["idp"], args].concat());
    idp(&["new", "--kind", "okta/catalogue", "--directory", "people.csv"]).expect(0, &[]);
    // Without a target too: what would it send?
    idp(&["assign", "ada", "--dry-run", "-v"]).expect(
        0,
        &[
            "there is no target, and nothing is sent",
            "POST /Users create user ada@example.com",
            "\"userName\": \"ada@example.com\"",
        ],
    );
    assert!(stub.heard().is_empty());

    let desk = Desk::new("okta/catalogue");
    desk.does(&["assign", "ada", "ben"]);
    let (before, file) = (desk.served.ids(), desk.state());
    let push = desk.does(&["group", "push", "Engineering", "--dry-run", "-v"]);
    push.expect(0, &["PATCH /Groups/{id of group Engineering}", "4 requests would be sent; nothing was"]);
    let ada = desk.user("ada@example.com")["id"].as_str().unwrap().to_owned();
    assert!(push.out.contains(&ada), "members have the target's ids: {push:#?}");
    desk.does(&["edit", "ada", "title=Engineer", "--dry-run"]).expect(0, &["GET /Users/", "replace ada@example.com"]);
    assert_eq!((desk.served.ids(), desk.state()), (before, file), "nothing has changed, here or there");
    desk.does(&["group", "push", "Engineering"]).expect(0, &["4 sent"]);
}

#[test]
fn what_a_target_answered_without_showing_is_known_to_a_dry_run() {
    let desk = Desk::new("entra");
    desk.does(&["group", "push", "Engineering"]);
    desk.does(&["sync"]);
    // Members are never shown to Entra, and what was added is not added again.
    let dry = desk.does(&["sync", "--dry-run"]);
    assert_eq!(sent(&dry).len(), 2, "{dry:#?}");
    desk.does(&["group", "remove", "Engineering", "ben"]);
    desk.does(&["sync", "--dry-run"]).expect(0, &["change Engineering: remove 1 member (ben@example.com)"]);
}

#[test]
fn who_is_not_known_is_told_with_the_nearest_and_nothing_is_sent() {
    let desk = Desk::new("okta");
    let file = desk.state();
    desk.idp(&["assign", "ada", "bem"]).expect(2, &["nobody in the directory is called `bem`", "did you mean `ben`?"]);
    desk.idp(&["group", "push", "Enginering"]).expect(2, &["did you mean `Engineering`?"]);
    desk.idp(&["edit", "ada", "tittle=x"]).expect(2, &["no attribute `tittle`", "did you mean `title`?"]);
    desk.idp(&["edit", "ada", "active=perhaps"]).expect(2, &["active is true or false"]);
    desk.idp(&["rename", "ada", "BEN@example.com"]).expect(2, &["Ben Okri has that user name already"]);
    desk.idp(&["set", "deletion_treshold=5"]).expect(2, &["did you mean `deletion_threshold`?"]);
    desk.idp(&["set", "push_batch=many"]).expect(2, &["push_batch cannot be \"many\""]);
    desk.idp(&["tick", "forty"]).expect(2, &["write it like 40m"]);
    assert_eq!((desk.state(), desk.there("/Users").len()), (file, 0));
    let new = |args: &[&str]| desk.idp(&[&["new", "--state", "other.json"], args].concat());
    new(&["--kind", "entrra", "--people", "3"]).expect(2, &["did you mean `entra`?"]);
    new(&["--kind", "okta", "--mode", "costum", "--people", "3"]).expect(2, &["did you mean `custom`?"]);
    new(&["--kind", "okta"]).expect(2, &["--directory"]);
    new(&["--kind", "okta", "--directory", "nothing.csv"]).expect(2, &["nothing.csv"]);
    assert!(!desk.place.names().iter().any(|name| name.contains("other")), "{:?}", desk.place.names());
}

#[test]
fn a_directory_that_cannot_be_one_is_refused_with_the_place() {
    let place = Place::new()
        .with("twice.csv", "userName,email\nada,a@x\nADA,b@x\n")
        .with("columns.csv", "city,street\nBath,Rose\n")
        .with("users.json", r#"[{"userName": "ada", "name": {"givenName": "Ada", "familyName": "L"}}, {"displayName": "no name", "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]}]"#);
    std::fs::write(place.path().join("binary.csv"), [0xff, 0xff, 0x00, 0x01]).unwrap();
    let new = |file: &str| place.run(&["idp", "new", "--kind", "okta", "--directory", file]);
    new("twice.csv").expect(2, &["two people have the user name `ADA` (users 1 and 2)"]);
    new("columns.csv").expect(2, &["no column of the table is known to be a userName"]);
    new("users.json").expect(2, &["user 2 (no name) has no userName"]);
    new("binary.csv").expect(2, &["binary.csv"]);
    assert!(!place.names().contains(&"idp.json".to_owned()));
}

#[test]
fn a_state_file_that_cannot_be_read_stays_as_it_is() {
    let desk = Desk::new("okta");
    desk.does(&["assign", "ada"]);
    let whole = desk.state();
    let told = |text: &str, told: &str| {
        std::fs::write(desk.place.path().join("idp.json"), text).unwrap();
        for command in [&["assign", "ben"][..], &["links"], &["sync", "--dry-run"], &["disconnect", "--delete"]] {
            desk.idp(command).expect(2, &[told]);
        }
        assert_eq!(desk.state(), text);
    };
    told(&whole[..whole.len() / 2], "cut off or damaged");
    told(&whole.replacen("\"version\": 1", "\"version\": 7", 1), "newer scimulate (format 7, this one knows 1)");
    told(&whole.replacen("okta/custom", "okta/costum", 1), "did you mean `okta/custom`?");
    told("userName\nada\n", "cut off or damaged");
    told("{}", "no state of an IdP");
    assert_eq!(desk.there("/Users").len(), 1, "nothing was sent");
    std::fs::write(desk.place.path().join("idp.json"), &whole).unwrap();
    desk.does(&["assign", "ben"]);
    desk.idp(&["new", "--kind", "okta", "--people", "2"]).expect(2, &["is there already and was left as it is"]);
    desk.idp(&["links", "--state", "gone.json"]).expect(2, &["there is no gone.json", "scimulate idp new"]);
}

#[test]
fn links_are_of_one_target_and_no_other_gets_them() {
    let desk = Desk::new("okta");
    desk.does(&["assign", "ada"]);
    let other = Stub::answering("200 OK", "{}");
    let to = |base: &str| {
        format!(
            "[targets.staging]\nbase_url = \"{base}\"\n[targets.staging.auth]\nkind = \"bearer\"\ntoken = {{ env = \"TOKEN\" }}\n"
        )
    };
    desk.idp(&["connect", "--target", &other.url, "--token-env", "TOKEN"])
        .expect(2, &["has links to objects of", "disconnect"]);
    let file = |text: &str| std::fs::write(desk.place.path().join("scimulate.toml"), text).unwrap();
    file(&to(&desk.served.base));
    desk.idp(&["connect", "--target", "staging"]).expect(0, &["connected to"]);
    // The file is the same, and the name means another server now.
    file(&to(&other.url));
    let before = desk.state();
    desk.idp(&["assign", "ben"]).expect(2, &["the links of this IdP are of", "nothing was sent"]);
    desk.idp(&["disconnect", "--delete"]).expect(2, &["nothing was sent"]);
    assert!(other.heard().is_empty() && desk.state() == before);
}

#[test]
fn no_credential_is_in_the_file_and_one_that_is_rotated_is_taken_from_its_place() {
    let desk = Desk::new("okta");
    assert!(!desk.state().contains(TOKEN) && desk.state().contains("\"tokenEnv\": \"TOKEN\""));
    let mut wrong = desk.place.command(&["idp", "assign", "ada"]);
    let refused = ended(wrong.env("TOKEN", "a-token-that-was-rotated").spawn().unwrap());
    refused.expect(1, &["GET 401", "failed: ada@example.com: 401", "(unauthorized)"]);
    assert!(!refused.out.contains("a-token-that"));
    desk.does(&["retry"]).expect(0, &["create user ada@example.com"]);
    let query = format!("{}?token=s3cret-in-a-query", desk.served.base);
    desk.idp(&["connect", "--target", &query]).expect(2, &["may be a credential"]);
}

#[test]
fn a_target_elsewhere_is_not_written_to_unless_that_is_said() {
    let desk = Desk::new("okta");
    let elsewhere = ["connect", "--target", "http://192.0.2.1/scim/v2", "--token-env", "TOKEN"];
    desk.idp(&elsewhere).expect(2, &["is not on this machine", "--i-may-write"]);
    let crowd = Place::new().with("people.csv", PEOPLE);
    let served = Served::start(&crowd, &[]);
    served.populate(12);
    let text = format!("[targets.mine]\nbase_url = \"{}\"\nsafety.max_users = 10\n", served.base);
    let crowd = crowd.with("scimulate.toml", &text);
    crowd.run(&["idp", "new", "--kind", "okta", "--directory", "people.csv"]).expect(0, &[]);
    let connect = ["idp", "connect", "--target", "mine", "--token-env", "TOKEN"];
    crowd.run(&connect).expect(3, &["has 12 users", "--i-may-write"]);
    crowd.run(&["idp", "assign", "ada"]).expect(2, &["connected to no target"]);
    crowd.run(&[&connect[..], &["--i-may-write"]].concat()).expect(0, &["12 users", "noted for this connection"]);
    crowd.run(&["idp", "assign", "ada"]).expect(0, &["create user ada@example.com"]);
}

#[test]
fn nobody_who_was_there_before_is_deleted() {
    let desk = Desk::new("okta");
    desk.served.create("ada@example.com");
    desk.does(&["assign", "ada", "ben"]).expect(0, &["look up user ada@example.com by userName: found"]);
    desk.does(&["disconnect", "--delete"]).expect(0, &["(ben@example.com): deleted"]);
    assert_eq!(desk.user("ada@example.com")["userName"], "ada@example.com");
    assert_eq!(desk.there("/Users").len(), 1);
}

#[test]
fn nothing_that_answers_is_blocked_and_the_product_keeps_the_change() {
    let desk = Desk::new("entra");
    desk.does(&["assign", "ada"]);
    let Desk { place, served } = desk;
    served.kill();
    place.run(&["idp", "sync"]).expect(3, &["no answer, the connection was refused", "1 sent, 0 answered"]);
    place.run(&["idp", "status"]).expect(0, &["changes wait", "1 assigned, 0 linked"]);
}

/// A target that takes its time.
fn slow() -> Stub {
    Stub::new("http", |mut stream| {
        std::thread::sleep(Duration::from_millis(300));
        let body =
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        let _gone = std::io::Write::write_all(&mut stream, head.as_bytes());
    })
}

/// An IdP of fifty people at a slow target, at work.
fn at_work(place: &Place, stub: &Stub) -> Child {
    let new = ["idp", "new", "--kind", "okta", "--people", "50"];
    place.run(&new).expect(0, &[]);
    place.run(&["idp", "connect", "--target", &stub.url, "--token-env", "TOKEN", "--i-may-write"]).expect(0, &[]);
    let mut command: Command = place.command(&["idp", "assign", "--all"]);
    let heard = stub.heard().len();
    let child = command.spawn().unwrap();
    until("it has sent something", || stub.heard().len() > heard + 1);
    child
}

#[test]
fn two_commands_exclude_each_other_and_a_killed_one_leaves_the_file_whole() {
    let (place, stub) = (Place::new(), slow());
    let mut child = at_work(&place, &stub);
    let before = std::fs::read_to_string(place.path().join("idp.json")).unwrap();
    let second = place.run(&["idp", "sync"]);
    second.expect(3, &["idp.json is in use by another `scimulate idp` command", &format!("(process {})", child.id())]);
    place.run(&["idp", "status"]).expect(0, &["50, 0 assigned"]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(std::fs::read_to_string(place.path().join("idp.json")).unwrap(), before);
    place.run(&["idp", "pause"]).expect(0, &[]);
    assert_eq!(place.names(), [".idp.json.lock", "idp.json"]);
}

#[test]
fn an_interrupt_lets_the_request_end_and_keeps_what_was_done() {
    let (place, stub) = (Place::new(), slow());
    let child = at_work(&place, &stub);
    signal(&child, "INT");
    let ran = ended(child);
    ran.expect(130, &["stopping after the request under way"]);
    let status = place.run(&["idp", "status"]);
    let assigned = status.out.lines().find(|l| l.starts_with("people: 50")).unwrap();
    assert!(!assigned.contains(", 0 assigned") && !assigned.contains("50 assigned"), "{assigned}");
}

/// Neither the account of a killed cycle that the next one finds, nor that of a killed assignment, is anybody else's.
#[test]
fn what_a_killed_command_created_is_removed_with_the_rest() {
    for (kind, works) in [("okta", &["assign", "--all"][..]), ("entra", &["sync"])] {
        let desk = Desk::new(kind);
        desk.does(&["--state", "many.json", "new", "--kind", kind, "--people", "60"]);
        let idp = |args: &[&str]| desk.idp(&[&["--state", "many.json"], args].concat());
        idp(&["connect", "--target", &desk.served.base, "--token-env", "TOKEN"]).expect(0, &[]);
        if kind == "entra" {
            idp(&["assign", "--all"]).expect(0, &[]);
        }
        let mut child = desk.place.command(&[&["idp", "--state", "many.json"], works].concat()).spawn().unwrap();
        until("some are created", || desk.served.total("/Users") >= 8);
        child.kill().unwrap();
        child.wait().unwrap();
        let created = desk.served.total("/Users");
        assert!(created < 50, "killed before the file was written: {created}");
        idp(works).expect(0, &[]);
        assert_eq!(desk.served.total("/Users"), 60);
        idp(&["disconnect", "--delete"]).expect(0, &["0 objects that this IdP created stay"]);
        // The one whose answer was on its way when the command was killed: nothing proves that this IdP created it.
        let left = desk.served.total("/Users");
        assert!(left <= 1, "{left} accounts are left");
    }
}

#[test]
fn who_joins_is_assigned_and_a_new_group_is_pushed_renamed_and_deleted() {
    let desk = Desk::new("okta/catalogue");
    desk.does(&["join", "new.one@example.com", "title=Boss"])
        .expect(0, &["new.one@example.com (new one)", "nothing was sent"]);
    desk.idp(&["join", "NEW.ONE@example.com"]).expect(2, &["is in the directory already"]);
    desk.idp(&["join", "x@example.com", "tittle=Boss"]).expect(2, &["did you mean `title`?"]);
    desk.does(&["assign", "new.one"]).expect(0, &["create user new.one@example.com"]);
    assert_eq!(desk.user("new.one@example.com")["title"], "Boss");
    desk.does(&["group", "create", "Night shift"]);
    desk.idp(&["group", "create", "night shift"]).expect(2, &["there is a group night shift already"]);
    desk.does(&["group", "add", "Night shift", "new.one"]).expect(0, &["nothing sent"]);
    desk.does(&["group", "push", "Night shift"]).expect(0, &["create group Night shift", "(new.one@example.com)"]);
    desk.does(&["group", "rename", "Night shift", "Day shift"]).expect(0, &["PATCH"]);
    assert_eq!(desk.there("/Groups")[0]["displayName"], "Day shift");
    desk.does(&["set", "push_batch=200"]).expect(0, &["push_batch=200"]);
    desk.does(&["group", "unlink", "Day shift", "--delete"]).expect(0, &["DELETE 204"]);
    assert!(desk.there("/Groups").is_empty());
    desk.does(&["unassign", "new.one"]).expect(0, &["change new.one@example.com"]);
    assert_eq!(desk.user("new.one@example.com")["active"], false);
    desk.does(&["disconnect", "--delete"]);
    desk.served.expect_empty();
}
