//! Each form that a customer mails, read from a file of its own, with the same tenant in it: two accounts of one person, and a
//! group with somebody who is not there.

use super::*;
use crate::assess;
use std::path::Path;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn dump(paths: &[PathBuf]) -> Dump {
    read(paths, &Columns::default()).unwrap()
}

fn found(dump: &Dump) -> Vec<&'static str> {
    assess(&dump.state, None).iter().map(|d| d.kind.id).collect()
}

#[test]
fn the_same_tenant_in_every_form_has_the_same_wrong_with_it() {
    for form in
        ["pages", "array/tenant.json", "lines/tenant.jsonl", "sections/backup.json", "har/console.har", "tables"]
    {
        let dump = dump(&[fixture(form)]);
        assert_eq!((dump.state.users.len(), dump.state.groups.len()), (3, 1), "{form}: {:?}", dump.files);
        assert_eq!(dump.state.groups[0]["members"].as_array().unwrap().len(), 3, "{form}");
        let kinds = found(&dump);
        // A table says that one of the accounts of one name is without externalId as the others do.
        assert_eq!(kinds, ["two-accounts", "dangling-member"], "{form}: {:?}", dump.state.remarks);
        assert!(dump.state.complete, "{form}: {:?}", dump.state.remarks);
    }
}

#[test]
fn what_was_guessed_and_what_was_not_understood_is_said() {
    let dump = dump(&[fixture("tables")]);
    let users = dump.files.iter().find(|f| f.path.ends_with("users.csv")).unwrap();
    assert_eq!(users.form, "a table of users");
    let said = users.guesses.join("; ");
    assert!(
        said.contains("Latin-1") && said.contains("Login is userName") && said.contains("not read: City"),
        "{said}"
    );
    assert!(
        dump.state.remarks.iter().any(|r| r.starts_with("2 members were given by name")),
        "{:?}",
        dump.state.remarks
    );
    let har = read(&[fixture("har")], &Columns::default()).unwrap();
    let ignored: Vec<_> =
        har.files[0].ignored.iter().map(|(what, i)| (what.as_str(), i.count, i.first.as_str())).collect();
    let expected = [
        ("an exchange that did not succeed", 1, "entry 6"),
        ("an exchange that is not about users or groups", 1, "entry 7"),
    ];
    assert_eq!(ignored, expected);
    let otto = har.state.users.iter().find(|u| u["id"] == "2819c225").unwrap();
    assert_eq!(otto["active"], true, "what came later of a resource is what it is");
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (place, path)
}

fn refused(name: &str, bytes: &[u8]) -> String {
    let (_place, path) = written(name, bytes);
    read(&[path], &Columns::default()).unwrap_err().to_string()
}

const HEADER: &str = r#"{"format":"scimulate-capture","version":1,"target":"https://x.example","taken":"2026-01-01T00:00:00Z","tool":"0"}"#;
const ADA: &str = r#"{"type":"User","resource":{"id":"1","userName":"ada"}}"#;
const END: &str = r#"{"end":{"complete":true,"counts":{"User":1}}}"#;

#[test]
fn a_file_that_is_cut_off_foreign_newer_or_changed_is_told_with_its_place() {
    for (name, bytes, texts) in [
        ("a.json", r#"[{"id": "1", "userName": "ada"}, {"id""#, ["a.json", "line 1 column", "cut off"]),
        ("a.json", "[1]\nnonsense", ["line 2 column", "no JSON", ""]),
        ("a.json", r#"{"hello": 1}"#, ["no user and no group", "not understood", "neither a user nor a group"]),
        ("a.csv", "Shoe size,Colour\n40,red\n", ["--column userName=HEADER", "Shoe size, Colour", ""]),
        ("a.txt", "hello", ["neither JSON nor a table", "", ""]),
        ("a.bin", "{\0", ["no text", "", ""]),
        ("a.json", "", ["empty", "", ""]),
        ("c.jsonl", &format!("{HEADER}\n{ADA}\n"), ["line 3", "cut off here", "go on"]),
        ("c.jsonl", &format!("{HEADER}\n{}", &ADA[..20]), ["line 2", "cut off or was changed", ""]),
        ("c.jsonl", &HEADER.replace("\"version\":1", "\"version\":2"), ["line 1", "version 2", "newer scimulate"]),
        ("c.jsonl", &HEADER.replace("capture", "journal"), ["line 1", "another kind (scimulate-journal)", ""]),
        ("c.jsonl", &format!("{HEADER}\n[]\n{END}"), ["line 2", "the capture was changed", ""]),
    ] {
        let error = refused(name, bytes.as_bytes());
        assert!(texts.iter().all(|text| error.contains(text)), "{name} {bytes}: {error}");
    }
    assert!(refused("none", b"").contains("empty"));
    let nowhere = read(&[PathBuf::from("/nowhere/at-all.json")], &Columns::default()).unwrap_err().to_string();
    assert!(nowhere.contains("/nowhere/at-all.json"), "{nowhere}");
}

#[test]
fn a_capture_that_lost_a_line_is_not_everything() {
    let (_place, path) = written("c.jsonl", format!("{HEADER}\n{ADA}\n{END}\n").as_bytes());
    let whole = dump(&[path]);
    assert!(whole.state.complete && whole.target.as_deref() == Some("https://x.example"), "{:?}", whole.state.remarks);
    let (_place, path) = written("c.jsonl", format!("{HEADER}\n{ADA}\n{}\n", END.replace('1', "2")).as_bytes());
    let less = dump(&[path]);
    assert!(
        !less.state.complete && less.state.remarks[0].contains("counted 2 of User and has 1"),
        "{:?}",
        less.state.remarks
    );
}

#[test]
fn users_alone_are_not_everything_and_an_id_that_is_there_twice_stays() {
    let (_place, path) =
        written("u.json", br#"[{"id":"1","userName":"ada"},{"id":"1","userName":"ben"},{"id":"1","userName":"ada"}]"#);
    let dump = dump(&[path]);
    assert_eq!(dump.state.users.len(), 2);
    let remarks = dump.state.remarks.join("; ");
    assert!(
        !dump.state.complete && remarks.contains("no groups") && remarks.contains("1 resources came twice"),
        "{remarks}"
    );
}

#[test]
fn columns_are_named_where_nobody_can_guess_them() {
    let table = b"Kennung,Anmeldung,Person\n1,ada,Ada\n";
    let (_place, path) = written("u.csv", table);
    let columns = Columns::named(&["userName=Anmeldung".to_owned(), "id=kennung".to_owned()]).unwrap();
    let dump = read(std::slice::from_ref(&path), &columns).unwrap();
    assert_eq!((&dump.state.users[0]["id"], &dump.state.users[0]["userName"]), (&"1".into(), &"ada".into()));
    for (given, text) in [
        ("userNane=x", "did you mean `userName`?"),
        ("userName", "like userName=Login"),
        ("userName=", "like userName=Login"),
    ] {
        let error = Columns::named(&[given.to_owned()]).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    let wrong = Columns::named(&["userName=Anmeldung".to_owned(), "email=Post".to_owned()]).unwrap();
    assert!(read(&[path], &wrong).unwrap_err().to_string().contains("no table has a column `Post`"));
}

#[test]
fn a_state_that_is_neither_yes_nor_no_is_counted_and_stays() {
    let (_place, path) = written("u.csv", b"userName,status,note\nada,on leave,\nben,active,\nshort\n");
    let dump = dump(&[path]);
    assert_eq!(dump.state.users[0]["active"], "on leave");
    let ignored = &dump.files[0].ignored;
    assert_eq!(ignored["a state of an account (status)"].first, "line 2");
    assert_eq!(ignored["a line with more or fewer fields than the first line"].count, 1);
}
