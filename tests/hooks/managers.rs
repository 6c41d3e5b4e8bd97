//! Commits and pushes of every package manager's lockfile beside npm's: an honest change, a slip of a digest, a stranger's registry, no line.

use registry_double::Registry;

use crate::push::{blocked, passes};
use crate::stage::Stage;
use crate::support::world::{Part, WORLDS, World};

/// A repository whose remote has one package, locked honestly: through the hooks, as everything that follows.
fn pushed(world: World) -> (Stage, Part) {
    let stage = Stage::of(world);
    let left = world.publish(&stage.registry, "left");
    stage.write_of(world, std::slice::from_ref(&left));
    stage.git(&["commit", "-qm", "first"]).expect(0);
    stage.sandbox.git_in(&stage.sandbox.path(""), &["init", "-q", "--bare", "-b", "main", "remote.git"]);
    stage.sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    passes(&stage, &["push", "-u", "origin", "main"], &[&verified(world, 1)]);
    stage.registry.forget_requests();
    (stage, left)
}

fn verified(world: World, packages: usize) -> String {
    format!("{} verified, 0 recorded, 0 mismatched, 0 unverifiable", packages * world.artifacts)
}

/// A commit that is blocked, says all of these words, and asks nobody.
#[track_caller]
fn refused(stage: &Stage, words: &[&str]) {
    let before = stage.head();
    let run = stage.git(&["commit", "-qm", "x"]).expect(1);
    for word in words {
        assert!(run.err.contains(word), "{word:?} is missing: {}", run.err);
    }
    assert!(run.err.contains("the commit is blocked"), "{}", run.err);
    assert_eq!(stage.head(), before);
    assert_eq!(stage.registry.requests(), [], "a commit asks nobody");
}

/// `FILE:LINE:` of the line with this text.
#[track_caller]
fn place(stage: &Stage, path: &str, text: &str) -> String {
    let content = stage.sandbox.read(path);
    let line = content.lines().position(|line| line.contains(text)).expect("a line with it");
    format!("{path}:{}:", line + 1)
}

/// Every digest that an entry of a manager's lockfile has.
fn digests() -> impl Iterator<Item = (World, usize)> {
    WORLDS.into_iter().flat_map(|world| (0..world.artifacts).map(move |which| (world, which)))
}

#[test]
fn an_honest_change_passes_with_what_was_verified() {
    for world in WORLDS {
        eprintln!("{}", world.name);
        let (stage, left) = pushed(world);
        let right = world.publish(&stage.registry, "right");
        stage.write_of(world, &[left, right]);
        let run = stage.git(&["commit", "-qm", "one more"]).expect(0);
        assert!(!run.err.contains("error["), "{}", run.err);
        passes(&stage, &["push", "origin", "main"], &["1 of 1 new commits change dependencies", &verified(world, 1)]);
        let asked = stage.registry.requests();
        assert!(asked.iter().any(|request| request.path.contains("right")), "{asked:?}");
        assert!(!asked.iter().any(|request| request.path.contains("left")), "only what is new: {asked:?}");
        assert_eq!((stage.runs("pre-commit"), stage.runs("pre-push")), (2, 2));
    }
}

#[test]
fn a_flipped_character_of_a_locked_digest_does_not_get_into_a_commit() {
    for (world, which) in digests() {
        let (stage, left) = pushed(world);
        let evil = left.tampered(which);
        stage.write_of(world, std::slice::from_ref(&evil));
        let place = place(&stage, world.lockfile, &evil.digests[which]);
        refused(&stage, &["changed-integrity", "left", &place]);
    }
}

#[test]
fn a_flipped_character_of_a_new_digest_does_not_get_past_the_push() {
    for (world, which) in digests() {
        let (stage, left) = pushed(world);
        let right = world.publish(&stage.registry, "right");
        let evil = right.clone().tampered(which);
        stage.write_of(world, &[left.clone(), evil.clone()]);
        // Nobody can know it offline.
        stage.git(&["commit", "-qm", "a slip of the finger"]).expect(0);
        let place = place(&stage, world.lockfile, &evil.digests[which]);
        let words = ["right", "1 mismatched", &place, "provender: the push is blocked\n"];
        let said = blocked(&stage, &["push", "origin", "main"], &words);
        // No registry publishes the checksum of the archive that Yarn makes.
        let rule = if world.name == "Yarn 4" { "integrity-mismatch" } else { "registry-disagrees" };
        assert!(said.contains(rule), "{said}");
        assert!(said.contains(&right.digests[which]) && said.contains(&evil.digests[which]), "both digests: {said}");
        assert!(!said.contains("PROVENDER"), "nobody is told how to go past it: {said}");

        stage.git(&["reset", "-q", "--soft", "HEAD~1"]).expect(0);
        stage.write_of(world, &[left, right]);
        stage.git(&["commit", "-qm", "put right"]).expect(0);
        passes(&stage, &["push", "origin", "main"], &[&verified(world, 1)]);
    }
}

#[test]
fn a_registry_that_nobody_named_does_not_get_into_a_commit() {
    for world in WORLDS {
        eprintln!("{}", world.name);
        let (stage, left) = pushed(world);
        let right = world.publish(&stage.registry, "right").stranger();
        stage.write_of(world, &[left, right]);
        refused(&stage, world.stranger);
    }
}

#[test]
fn a_cargo_index_that_is_read_with_git_is_not_asked() {
    let world = WORLDS.into_iter().find(|world| world.name == "Cargo").unwrap();
    let (stage, left) = pushed(world);
    let right = world.publish(&stage.registry, "right");
    stage.write_of(world, &[left, right]);
    let lockfile = stage.sandbox.read("Cargo.lock");
    let (before, entry) = lockfile.split_once("name = \"right\"").unwrap();
    stage.sandbox.write("Cargo.lock", &format!("{before}name = \"right\"{}", entry.replace("sparse+", "registry+")));
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "one more"]).expect(0);
    let words = ["unverified-package", "`right`", "read with git", "sparse+", "1 unknown-protocol", "0 verified"];
    blocked(&stage, &["push", "origin", "main"], &words);
    assert_eq!(stage.registry.requests(), []);
}

#[test]
fn a_list_is_judged_with_the_lists_that_take_it_in() {
    let world = WORLDS.into_iter().find(|world| world.name == "pip").unwrap();
    let stage = Stage::of(world);
    let left = world.publish(&stage.registry, "left");
    let list = format!("-r base.txt\nleft==1.0.0 --hash={}\n", left.digests[0]);
    stage.sandbox.write("requirements/prod.txt", &list);
    stage.sandbox.write("requirements/base.txt", "# nothing yet\n");
    stage.sandbox.commit("first");
    // By itself it asks for no digest; with the other, pip refuses it.
    stage.sandbox.write("requirements/base.txt", "right==1.0.0\n");
    stage.git(&["add", "-A"]).expect(0);
    refused(&stage, &["missing-integrity", "`right`", "requirements/base.txt:1:", "requirements/prod.txt"]);
}

#[test]
fn a_list_under_any_name_is_judged_once_it_is_taken_in() {
    let world = WORLDS.into_iter().find(|world| world.name == "pip").unwrap();
    let (stage, _) = pushed(world);
    let right = world.publish(&stage.registry, "right");
    let line = |part: &Part| format!("{}==1.0.0 --hash={}\n", part.name, part.digests[0]);
    let list = stage.sandbox.read(world.lockfile);
    stage.sandbox.write(world.lockfile, &format!("{list}-r deps/common.txt\n"));
    stage.sandbox.write("deps/common.txt", "-r more.txt\n");
    stage.sandbox.write("deps/more.txt", "# nothing yet\n");
    stage.sandbox.commit("first");
    // Nobody takes this in: it is no list.
    stage.sandbox.write("notes.txt", "==buy milk==\n");
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "notes"]).expect(0);

    // What pip would follow, and nobody here does, is no way round.
    stage.sandbox.write("deps/common.txt", "-r more.txt\n-r link.txt\n");
    std::os::unix::fs::symlink("../notes.txt", stage.sandbox.repo.join("deps/link.txt")).unwrap();
    stage.git(&["add", "-A"]).expect(0);
    refused(&stage, &["deps/link.txt", "symbolic link"]);
    std::fs::remove_file(stage.sandbox.repo.join("deps/link.txt")).unwrap();
    stage.sandbox.write("deps/common.txt", "-r more.txt\n");

    stage.sandbox.write("deps/more.txt", "right==1.0.0\n");
    stage.git(&["add", "-A"]).expect(0);
    refused(&stage, &["missing-integrity", "`right`", "deps/more.txt:1:"]);

    stage.sandbox.write("deps/more.txt", &line(&right.clone().tampered(0)));
    stage.git(&["commit", "-qam", "one more"]).expect(0);
    blocked(&stage, &["push", "origin", "main"], &["registry-disagrees", "`right`", "deps/more.txt:1:"]);

    stage.git(&["reset", "-q", "--soft", "HEAD~1"]).expect(0);
    stage.sandbox.write("deps/more.txt", &line(&right));
    stage.git(&["commit", "-qam", "put right"]).expect(0);
    passes(&stage, &["push", "origin", "main"], &["2 of 3 new commits change dependencies", &verified(world, 1)]);
}

#[test]
fn a_registry_out_of_reach_blocks_the_push_and_says_how_to_go_on() {
    for world in WORLDS {
        eprintln!("{}", world.name);
        let (stage, left) = pushed(world);
        let right = world.publish(&stage.registry, "right");
        stage.write_of(world, &[left, right]);
        stage.git(&["commit", "-qm", "one more"]).expect(0);
        let Stage { sandbox, registry, left } = stage;
        drop(registry);
        let stage = Stage { sandbox, registry: Registry::start().unwrap(), left };
        let unreached = format!("{} offline", world.artifacts);
        let words = ["unverified-package", "right", "could not be reached", &unreached, "0 verified", "PROVENDER=0"];
        let said = blocked(&stage, &["push", "origin", "main"], &words);
        assert!(!said.contains("mismatch-") && said.contains("0 mismatched"), "{said}");
    }
}
