//! What `:changes` tells and `:save` writes is what a session made of the facts.

use super::english;

#[test]
fn a_record_that_comes_back_has_lost_its_facts() {
    let mut of = english("again");
    of.say(":set contract \"c 1\" expires 2028-01-01");
    of.say(":remove contract \"c 1\"");
    assert_eq!(of.say(":changes"), "contract.c 1: taken out\n");
    of.say(":add contract \"c 1\"");
    assert!(of.say(":verdicts n:2").starts_with("unknown"));
    let lost = "contract.c 1.vendor: a → unknown  facts/facts.toml:12\n\
                contract.c 1.clauses: { penalty } → unknown  facts/facts.toml:13\n\
                contract.c 1.expires: 2027-03-31 → none  facts/facts.toml:14\n";
    assert_eq!(of.say(":changes"), lost);
    of.say(":set contract \"c 1\" vendor a");
    let file = of.path("more.toml");
    let said = of.say(&format!(":save {file}"));
    assert!(said.contains("that contract.c 1.clauses is gone or not known"), "{said}");
    assert!(said.contains("facts/facts.toml:14 says something else of contract.c 1.expires"), "{said}");
    assert!(!said.contains("c 1.vendor"), "what was changed back is the same again: {said}");
}

#[test]
fn a_record_of_the_session_alone_may_come_twice() {
    let mut of = english("twice");
    of.say(":add vendor d");
    of.say(":set vendor d name D");
    of.say(":remove vendor d");
    of.say(":add vendor d");
    assert_eq!(of.say(":changes"), "vendor.d: added\n");
}
