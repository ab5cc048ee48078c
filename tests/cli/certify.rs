//! Packs are played, packages are written, and nobody's package passes that was edited.

use super::support::{Place, Ran, Served};
use certify::{pack_files, unpack_files};
use rcgen::KeyPair;
use std::collections::BTreeMap;
use std::path::Path;

const STATEMENT: &str = "format = 1\n[product]\nname = \"App\"\nversion = \"4.2\"\n[environment]\nname = \"staging\"\n\
                         [tester]\nname = \"Ada\"\n";

/// A pack of one case, which one scenario judges.
const PACK: &str = "format = 1\nname = \"mine\"\ntitle = \"Mine\"\nedition = \"1\"\nsource = \"here\"\n\
                    readers = [\"entra\"]\nidps = [\"entra/default\"]\n\
                    [rules]\npass = \"all\"\nwarning = \"none\"\nskip = \"none\"\n\
                    [[case]]\nid = \"JOIN-1\"\nname = \"Join\"\nkind = \"mandatory\"\npasses = \"it holds\"\n";

const FEATURE: &str = "@entra/default\nFeature: Mine\n  @JOIN-1\n  Scenario: One is removed, the others stay\n    \
                       Given the IdP has assigned \"Ada\" and \"Ben\"\n    \
                       And the IdP has pushed group \"Crew\" with \"Ada\" and \"Ben\"\n    \
                       When the IdP removes \"Ben\" from group \"Crew\"\n    \
                       Then group \"Crew\" has exactly the member \"Ada\"\n";

fn review(case: &str) -> String {
    format!("[[review]]\ncase = \"{case}\"\nanswer = \"not-applicable\"\nby = \"Ada\"\ndate = \"2020-02-02\"\n")
}

/// A folder with a statement, a pack of one's own, and two pairs of keys.
fn prepared() -> Place {
    let place = Place::new().with("statement.toml", STATEMENT);
    std::fs::create_dir(place.path().join("mine")).unwrap();
    let place = place.with("mine/pack.toml", PACK).with("mine/mine.feature", FEATURE);
    for name in ["key", "other"] {
        let key = KeyPair::generate().unwrap();
        write(&place, &format!("{name}.pem"), key.serialize_pem().as_bytes());
        std::fs::write(place.path().join(format!("{name}.pub")), key.public_key_pem()).unwrap();
    }
    place
}

fn write(place: &Place, name: &str, bytes: &[u8]) {
    scim::secrecy::write_private(&place.path().join(name), bytes).unwrap();
}

fn certify(place: &Place, pack: &str, more: &[&str]) -> Ran {
    place.run(&[&["certify", pack, "--statement", "statement.toml"], more].concat())
}

fn files(place: &Place, name: &str) -> BTreeMap<String, Vec<u8>> {
    unpack_files(&std::fs::read(place.path().join(name)).unwrap()).unwrap()
}

/// Writes `edited.zip`: the package with its files changed.
fn edit(place: &Place, change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) {
    let mut all = files(place, "mine.zip");
    change(&mut all);
    std::fs::write(place.path().join("edited.zip"), pack_files(&all).unwrap()).unwrap();
}

fn replaced(all: &mut BTreeMap<String, Vec<u8>>, name: &str, from: &str, to: &str) {
    let text = String::from_utf8(all[name].clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    all.insert(name.to_owned(), text.replace(from, to).into_bytes());
}

/// Makes the manifest fit again, as whoever forges a package would.
fn mended(all: &mut BTreeMap<String, Vec<u8>>) {
    let mut rest = all.clone();
    rest.retain(|name, _| name != "manifest.json" && name != "attestation.dsse.json");
    let manifest = serde_json::to_vec(&certify::Manifest::of(&rest)).unwrap();
    all.insert("manifest.json".to_owned(), manifest);
}

#[test]
fn a_signed_package_is_verified_with_its_key_and_no_other() {
    let place = prepared();
    let ran = certify(&place, "mine", &["--key", "key.pem"]);
    ran.expect(0, &["Not tested: 0 open", "mine 1: passed (1 cases: 1 passed", "mine.zip: ", "signed by "]);
    let parts = [
        "attestation.dsse.json",
        "cases.json",
        "discovery.json",
        "exchanges.har",
        "junit.xml",
        "manifest.json",
        "pack/mine.feature",
        "pack/pack.toml",
        "program.json",
        "record.json",
        "report.html",
        "requirements.json",
        "results.sarif",
        "statement.toml",
        "summary.md",
    ];
    assert_eq!(files(&place, "mine.zip").keys().map(String::as_str).collect::<Vec<_>>(), parts);
    place.run(&["verify", "mine.zip", "--key", "key.pub"]).expect(
        0,
        &[
            "15 files, each as the manifest says",
            "by the key ",
            "App 4.2, in staging, tested by Ada",
            "exchanges again",
        ],
    );
    place.run(&["verify", "mine.zip"]).expect(3, &["NOT CHECKED", "name the signer's public key with --key"]);
    place.run(&["verify", "mine.zip", "--key", "other.pub"]).expect(2, &["another key signed it"]);
    place
        .run(&["verify", "mine.zip", "--key", "key.pem"])
        .expect(2, &["holds a private key, and a public key is needed"]);
    place.run(&["diff", "mine.zip", "mine.zip"]).expect(0, &[]);
    certify(&place, "mine", &["--unsigned", "--out", "bare.zip"]).expect(0, &["signed by nobody"]);
    place.run(&["verify", "bare.zip", "--key", "key.pub"]).expect(3, &["nobody signed it"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(place.path().join("mine.zip")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_was_edited_is_refused_with_its_place() {
    let place = prepared();
    certify(&place, "mine", &["--key", "key.pem"]).expect(0, &[]);
    let refused = |texts: &[&str]| {
        let ran = place.run(&["verify", "edited.zip", "--key", "key.pub"]);
        ran.expect(2, &[&["edited.zip is refused: "], texts].concat());
    };
    edit(&place, |all| replaced(all, "statement.toml", "4.2", "4.3"));
    refused(&["statement.toml was edited"]);
    edit(&place, |all| drop(all.remove("exchanges.har")));
    refused(&["exchanges.har is missing"]);
    edit(&place, |all| drop(all.insert("more.txt".into(), Vec::new())));
    refused(&["more.txt was added"]);
    edit(&place, |all| replaced(all, "manifest.json", "\"format\": 1", "\"format\": 2"));
    refused(&["format 2", "a program as new as the package"]);
    edit(&place, |all| {
        replaced(all, "statement.toml", "4.2", "4.3");
        mended(all);
    });
    refused(&["attestation.dsse.json", "manifest.json has"]);
    edit(&place, |all| {
        replaced(all, "cases.json", "\"state\": \"passed\"", "\"state\": \"warning\"");
        mended(all);
        all.remove("attestation.dsse.json");
    });
    refused(&["cases.json", "case JOIN-1 is warning there, and the record makes it passed"]);
    std::fs::write(place.path().join("edited.zip"), "{}").unwrap();
    refused(&["no evidence package"]);
    std::fs::write(place.path().join("edited.zip"), b"PK\x03\x04 and no more").unwrap();
    refused(&["no whole .zip file"]);
    place.run(&["verify", "nowhere.zip"]).expect(2, &["nowhere.zip cannot be read"]);
}

#[test]
fn a_package_without_exchanges_is_not_judged_again() {
    let place = prepared();
    certify(&place, "mine", &["--key", "key.pem"]).expect(0, &[]);
    edit(&place, |all| {
        let mut record: serde_json::Value = serde_json::from_slice(&all["record.json"]).unwrap();
        for scenario in record["scenarios"].as_array_mut().unwrap() {
            scenario["exchanges"] = serde_json::json!([]);
        }
        all.insert("record.json".into(), record.to_string().into_bytes());
        mended(all);
        all.remove("attestation.dsse.json");
    });
    place.run(&["verify", "edited.zip"]).expect(2, &["its record has no exchanges", "nothing to judge again"]);
}

#[test]
fn a_server_that_is_wrong_fails_and_the_package_says_so() {
    let place = prepared();
    let served = Served::start(&place, &["--fault", "M095"]);
    let target = ["--target", &served.base, "--token-env", "TOKEN", "--key", "key.pem"];
    certify(&place, "mine", &target).expect(1, &["failed   JOIN-1", "mine 1: failed"]);
    let verified = place.run(&["verify", "mine.zip", "--key", "key.pub"]);
    verified.expect(1, &["mine 1: failed"]);
    assert!(!verified.out.contains(" 0 findings found again; 0 rest"), "{verified:#?}");
    place.run(&["show", "mine.zip", "1"]).expect(0, &["emptied the group"]);
    edit(&place, |all| {
        let mut record: serde_json::Value = serde_json::from_slice(&all["record.json"]).unwrap();
        record["scenarios"][0]["outcome"] = serde_json::json!({ "kind": "passed" });
        all.insert("record.json".into(), record.to_string().into_bytes());
        mended(all);
        all.remove("attestation.dsse.json");
    });
    place.run(&["verify", "edited.zip"]).expect(2, &["it passed although findings fail it"]);
    let waiver =
        "[[waiver]]\ncase = \"JOIN-1\"\nreason = \"known, mended in 4.3\"\nby = \"Ada\"\ndate = \"2020-02-02\"\n";
    std::fs::write(place.path().join("statement.toml"), format!("{STATEMENT}{waiver}")).unwrap();
    certify(&place, "mine", &target).expect(0, &["waived   JOIN-1", "passed with warnings"]);
    served.expect_empty();
}

#[test]
fn a_review_stays_open_until_a_person_answers_it() {
    let place = prepared();
    let open = certify(&place, "entra-gallery", &["--key", "key.pem", "--out", "gallery.zip"]);
    open.expect(3, &["Not tested: 2 open", "Validate_Credentials", "Federated_Identity", "incomplete", "2 review"]);
    place.run(&["verify", "gallery.zip", "--key", "key.pub"]).expect(3, &["Not tested: 2 open", "incomplete"]);
    let answered = format!("{STATEMENT}{}{}", review("Validate_Credentials"), review("Federated_Identity"));
    std::fs::write(place.path().join("statement.toml"), answered).unwrap();
    certify(&place, "entra-gallery", &["--key", "key.pem"]).expect(0, &["Not tested: 0 open", "23 passed, 0 warning"]);
    place.run(&["verify", "entra-gallery.zip", "--key", "key.pub"]).expect(0, &["entra-gallery 2026-06: passed"]);
}

#[test]
fn every_pack_is_played_against_our_own_provider() {
    let place = prepared();
    for (pack, texts) in [
        ("rfc", &["0 warning", "0 failed"][..]),
        ("okta-spec", &["17 passed", "0 failed"]),
        ("okta-oin", &["40 passed", "21 review", "0 failed"]),
        ("entra-validator", &["32 passed", "0 failed"]),
    ] {
        let ran = certify(&place, pack, &["--unsigned"]);
        let code = if pack.starts_with("okta") { 3 } else { 0 };
        ran.expect(code, texts);
        let package = format!("{pack}.zip");
        assert!(Path::new(&place.path().join(&package)).exists());
        place.run(&["verify", &package]).expect(3, &["nobody signed it", texts[0]]);
    }
}

#[test]
fn what_is_wrong_is_told_before_a_request_is_sent() {
    let place = prepared();
    let served = Served::start(&place, &[]);
    let target = ["--target", &served.base, "--token-env", "TOKEN", "--key", "key.pem"];
    let told = |pack: &str, texts: &[&str]| certify(&place, pack, &target).expect(2, texts);
    told("entra-galery", &["there is no pack `entra-galery`: did you mean `entra-gallery`?"]);
    let write_pack = |text: String| std::fs::write(place.path().join("mine/pack.toml"), text).unwrap();
    let case = PACK.split_once("[[case]]").unwrap().1;
    write_pack(format!("{PACK}[[case]]{case}"));
    told("mine", &["mine/pack.toml has two cases `JOIN-1`"]);
    write_pack(format!("{PACK}tags = [\"@F0955\"]\n"));
    told("mine", &["case JOIN-1: no scenario has the tag @F0955"]);
    write_pack(PACK.replace("JOIN-1", "JOIN-2"));
    told("mine", &["case JOIN-2: no scenario judges it; tag one @JOIN-2"]);
    write_pack(PACK.to_owned());
    let write_statement = |text: &str| std::fs::write(place.path().join("statement.toml"), text).unwrap();
    write_statement(&STATEMENT.replace("version = \"4.2\"\n", ""));
    told("mine", &["statement.toml does not say product.version"]);
    write_statement(&format!("{STATEMENT}{}", review("JOIN-1")));
    told("mine", &["the review of case `JOIN-1`: the run judges this case"]);
    write_statement(STATEMENT);
    certify(&place, "mine", &[]).expect(2, &["a package has to be signed", "openssl genpkey"]);
    certify(&place, "mine", &["--key", "nowhere.pem"]).expect(2, &["nowhere.pem cannot be read"]);
    certify(&place, "mine", &["--key", "key.pub"]).expect(2, &["holds a public key, and a private key is needed"]);
    let nowhere = certify(&place, "mine", &["--key", "key.pem", "--out", "nowhere/mine.zip"]);
    nowhere.expect(2, &["nowhere/mine.zip cannot be written", "--out"]);
    place.run(&["certify", "mine"]).expect(2, &["--statement"]);
    assert!(!place.names().iter().any(|name| name.ends_with(".zip")), "{:?}", place.names());
    served.expect_empty();
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_warned_of_and_one_of_a_command_is_not_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = prepared();
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(place.path().join("key.pem"), open).unwrap();
    certify(&place, "mine", &["--key", "key.pem"]).expect(0, &["key.pem can be read by others; chmod 600"]);
    let ran = certify(&place, "mine", &["--key-command", "/bin/cat other.pem"]);
    ran.expect(0, &["signed by "]);
    assert!(!ran.out.contains("BEGIN") && !ran.err.contains("BEGIN"), "{ran:#?}");
    place.run(&["verify", "mine.zip", "--key", "other.pub"]).expect(0, &[]);
    certify(&place, "mine", &["--key-command", "/bin/false"])
        .expect(2, &["the output of --key-command cannot be read"]);
}

#[test]
fn a_statement_to_fill_in_names_what_a_person_has_to_answer() {
    let place = prepared();
    let printed = place.run(&["certify", "okta-oin", "--print-statement"]);
    printed.expect(0, &["# case = \"C9301\"", "[product]"]);
    std::fs::write(place.path().join("statement.toml"), &printed.out).unwrap();
    certify(&place, "okta-oin", &["--unsigned"]).expect(2, &["does not say product.name"]);
    place.run(&["list", "packs"]).expect(0, &["entra-gallery  Microsoft Entra gallery", "SCIM_Null_Update"]);
}
