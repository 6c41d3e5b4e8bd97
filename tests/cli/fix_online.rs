//! Fixes that ask a registry first.

use registry_double::{Fault, Package, Registry, Release, ReleaseFile};

use crate::support::Sandbox;
use crate::support::project::{Locked, files};
use crate::support::world::{WORLDS, World};

/// The managers whose lockfiles can have a digest filled in, and how they write one. Go and Yarn 4 hash archives of their own making.
const HELD: [(&str, &str, &str); 6] = [
    ("pip", " \\\n    --hash=", ""),
    ("uv", ", hash = \"", "\""),
    ("Cargo", "checksum = \"", "\"\n"),
    ("pnpm", "integrity: ", ""),
    ("Yarn 1", "  integrity ", "\n"),
    ("Bun", ", \"", "\""),
];

/// A registry that the person themselves named for a manager.
fn settled(name: &str) -> (World, Sandbox, Registry) {
    let world = WORLDS.into_iter().find(|world| world.name == name).unwrap();
    let (sandbox, registry) = (Sandbox::new(), Registry::start().unwrap());
    world.settle(&sandbox, &registry);
    (world, sandbox, registry)
}

#[test]
fn a_digest_that_is_gone_comes_back_as_it_was() {
    for (name, before, after) in HELD {
        let (world, sandbox, registry) = settled(name);
        let (left, right) = (world.publish(&registry, "left"), world.publish(&registry, "right"));
        let digest = format!("{before}{}{after}", right.digests[0]);
        world.write(&sandbox, &[left, right]);
        let whole = sandbox.read(world.lockfile);
        let less = whole.replace(&digest, "");
        assert_ne!(less, whole, "{name}");
        sandbox.write(world.lockfile, &less);

        let run = sandbox.provender(&["fix", "--rule", "missing-integrity"]).expect(0);
        assert!(run.err.contains("1 fix has to ask a registry first: `provender fix --online`"), "{name}: {run:?}");
        assert_eq!((sandbox.read(world.lockfile), registry.requests().len()), (less.clone(), 0), "{name}");
        let run = sandbox.provender(&["fix", "--online", "--rule", "missing-integrity", "--diff"]).expect(0);
        assert!(run.out.contains(digest.trim().trim_start_matches(['\\', '\n', ' '])), "{name}: {run:?}");
        assert_eq!(sandbox.read(world.lockfile), less, "{name}");

        let run = sandbox.provender(&["fix", "--online", "--rule", "missing-integrity"]).expect(0);
        assert_eq!(sandbox.read(world.lockfile), whole, "{name}: {run:?}");
        sandbox.provender(&["verify"]).expect(0);
    }
}

#[test]
fn a_list_of_requirements_is_pinned_and_held_as_a_whole() {
    let (_, sandbox, registry) = settled("pip");
    let file = |name: &str| ReleaseFile::new(name, name.as_bytes());
    let (wheel, source, right) = (file("left-1.2-py3-none-any.whl"), file("left-1.2.tar.gz"), file("right-2.0.tar.gz"));
    registry.release(&Release::new("left", &[file("left-1.1.tar.gz"), wheel.clone(), source.clone(), file("left-2.0.tar.gz")]));
    registry.release(&Release::new("right", std::slice::from_ref(&right)));
    let text = "left[extra]>=1,<2  # why\r\nright == 2.0 ; python_version > \"3\"\r\n";
    sandbox.write("requirements.txt", text);
    // With digests, pip asks one of everything below these too.
    sandbox.provender(&["fix", "--online"]).expect(0);
    assert_eq!(sandbox.read("requirements.txt"), text);

    sandbox.provender(&["fix", "--online", "--unsafe"]).expect(0);
    let mut of_left = [wheel.hash(), source.hash()];
    of_left.sort();
    let [one, two] = of_left;
    let right = right.hash();
    assert_eq!(
        sandbox.read("requirements.txt"),
        format!(
            "left[extra]==1.2 \\\r\n    --hash={one} \\\r\n    --hash={two}  # why\r\n\
             right == 2.0 ; python_version > \"3\" \\\r\n    --hash={right}\r\n"
        )
    );
    sandbox.provender(&["verify"]).expect(0);
    let run = sandbox.provender(&["fix", "--online", "--unsafe"]).expect(0);
    assert!(run.err.contains("nothing to mend"), "{run:?}");
}

#[test]
fn what_the_answers_do_not_prove_is_left_and_told_and_the_rest_is_mended() {
    let (sandbox, registry) = (Sandbox::new(), Registry::start().unwrap());
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    let locked = ["left", "right"].map(|name| Locked::published(&registry, name, "1.0.0"));
    sandbox.write_all(&files("", &locked.clone().map(|locked| locked.with_integrity(""))));
    registry.misbehave("left", Fault::WrongBytes);

    let run = sandbox.provender(&["fix", "--online"]).expect(2);
    let now = sandbox.read("package-lock.json");
    assert!(!now.contains(&locked[0].integrity) && now.contains(&locked[1].integrity), "{now}");
    for words in
        ["left as it is: package-lock.json:", "missing-integrity (left@1.0.0: ", "do not agree", "1 finding could not be mended"]
    {
        assert!(run.err.contains(words), "{words}: {run:?}");
    }
}

#[test]
fn a_host_that_only_the_repository_names_is_not_asked() {
    let (sandbox, registry) = (Sandbox::new(), Registry::start().unwrap());
    registry.publish(&Package::new("left", "1.4.0"));
    sandbox.write(".npmrc", &format!("registry={}\n", registry.url()));
    sandbox.write("package.json", "{ \"private\": true, \"dependencies\": { \"left\": \"^1.0.0\" } }\n");
    let run = sandbox.provender(&["fix", "--online", "--unsafe", "--rule", "unpinned-dependency"]).expect(2);
    assert!(run.err.contains("only the repository's own files name"), "{run:?}");
    assert_eq!(registry.requests(), []);
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    sandbox.provender(&["fix", "--online", "--unsafe", "--rule", "unpinned-dependency"]).expect(0);
    assert!(sandbox.read("package.json").contains("\"left\": \"1.4.0\""));
}
