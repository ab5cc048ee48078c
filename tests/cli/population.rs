//! `selftest --population`: what is asked for wrongly is refused at once, and what is measured is told, written and compared.

use super::support::Place;

#[test]
fn an_option_of_the_population_alone_is_refused() {
    let place = Place::new();
    let options = [
        ["--alone", "1"],
        ["--mixed", "1"],
        ["--broken", "1"],
        ["--at-once", "1"],
        ["--lossy", "1"],
        ["--choices", "1"],
        ["--choice", "page-limit"],
        ["--server", "sort=none"],
        ["--hold", "held.toml"],
        ["--document", "population.md"],
        ["--seed", "1"],
    ];
    for option in options {
        place.run(&[&["selftest"], &option[..]].concat()).expect(2, &["--population"]);
    }
    place.run(&["selftest", "--population", "M095"]).expect(2, &["cannot be used with"]);
    place.run(&["selftest", "--population", "--all"]).expect(2, &["cannot be used with"]);
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let place = Place::new().with("held.toml", "wrong_reds = 0\nrecal = {}\n");
    let population = |more: &[&str]| place.run(&[&["selftest", "--population"], more].concat());
    population(&["--hold", "nowhere.toml"]).expect(2, &["nowhere.toml"]);
    population(&["--hold", "held.toml"]).expect(2, &["held.toml", "unknown field `recal`"]);
    population(&["--choice", "page-limt", "--mixed", "0"]).expect(2, &["no choice is called `page-limt`"]);
    population(&["--alone", "0", "--mixed", "0", "--server", "sort=nome"]).expect(2, &["did you mean sort=none?"]);
    population(&["--at-once", "one"]).expect(2, &["'one'", "--at-once"]);
    population(&["--report", "junit=x.xml"]).expect(2, &["`junit=x.xml`", "json=FILE"]);
    population(&["--alone", "0", "--mixed", "0"]).expect(3, &["no server was measured"]);
    // The sizes are the file's: a smaller measurement would not be comparable with it.
    for other in [["--alone", "1"], ["--mixed", "1"], ["--broken", "1"], ["--choice", "page-limit"], ["--seed", "1"]] {
        population(&[&["--hold", "held.toml"], &other[..]].concat()).expect(2, &["cannot be used with", other[0]]);
    }
    assert_eq!(place.names(), ["held.toml"]);
}

#[test]
fn a_measurement_is_told_written_and_compared() {
    let held = "wrong_reds = 1000\n[sizes]\nseed = 7643\nalone = 0\nmixed = 0\nchoices = 1\nbroken = 1\nat_once = [1]\nlossy = 0\n\
                servers = ['filter=not-implemented,patch=none', 'filter=not-implemented,patch=none']\n[recall]\n1 = 0\n3 = 1\n";
    let place = Place::new().with("held.toml", held);
    let written = ["--document", "population.md", "--report", "json=record.json"];
    let ran = place.run(&[&["selftest", "--population", "--hold", "held.toml"], &written[..]].concat());
    let told = ["sound servers: ", " of 2 ", "1 at once", "worse than held: 3 faults at once: 0 ‰ red, at least 1 ‰"];
    ran.expect(1, &told);
    assert_eq!(ran.out.matches("worse than held").count(), 1, "{ran:#?}");
    let record = place.json("record.json");
    let [sound, broken] = ["sound", "broken"].map(|kind| record[kind].as_array().unwrap().clone());
    assert_eq!((sound.len(), broken.len(), record["lossy"].as_array().unwrap().len()), (2, 1, 0));
    // Only so a fault that alters nothing is told from one that nobody sees.
    assert_eq!(sound[0]["sum"], sound[1]["sum"], "equal servers were asked or have answered something else");
    assert!(sound[0]["departures"].is_array() && sound[0]["requests"].as_u64().unwrap() > 1000, "{}", sound[0]);
    assert!(broken[0]["server"].is_array() && broken[0]["faults"].as_array().unwrap().len() == 1, "{}", broken[0]);
    let document = std::fs::read_to_string(place.path().join("population.md")).unwrap();
    assert!(
        document.starts_with("# The population\n") && document.contains("2 servers by name, 0 departures alone"),
        "{document}"
    );
    assert!(document.contains(ran.out.split("worse than held").next().unwrap()), "{document}");
}
