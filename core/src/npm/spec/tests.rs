//! Specs as npm's own reader reads them.

use proptest::prelude::*;

use super::*;

const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

/// A kind in few words: what npm calls it and what it found.
fn told(spec: &str) -> String {
    let requested = |kind: &Kind<'_>| match kind {
        Kind::Version(text) => format!("version {text}"),
        Kind::Range(text) => format!("range {text}"),
        Kind::Tag(text) => format!("tag {text}"),
        _ => String::new(),
    };
    match parse("dep", spec).kind {
        Kind::Alias { name, inner } => format!("alias {name} {}", requested(&inner)),
        Kind::Git(git) => {
            let commit = match git.committish {
                Committish::None => String::new(),
                Committish::Commit(text) => format!(" commit {text}"),
                Committish::Short(text) => format!(" short {text}"),
                Committish::Semver(text) => format!(" semver {text}"),
                Committish::Ref(text) => format!(" ref {text}"),
            };
            let repository = git.repository.map_or(git.address.to_owned(), |repository| {
                format!("{:?} {} {}", repository.forge, repository.owner.unwrap_or("-".into()), repository.name)
            });
            let folder = git.folder.map(|folder| format!(" in {folder}")).unwrap_or_default();
            format!("git {:?} {repository}{commit}{folder}", git.transport)
        }
        Kind::Url { address, fragment } => format!("url {address} {}", fragment.unwrap_or_default()),
        Kind::File(path) => format!("file {path}"),
        Kind::Directory(path) => format!("directory {path}"),
        Kind::Link(path) => format!("link {path}"),
        Kind::Workspace(rest) => format!("workspace {rest}"),
        Kind::Catalog(rest) => format!("catalog {rest}"),
        Kind::Invalid(why) => format!("invalid {why:?}"),
        kind => requested(&kind),
    }
}

#[test]
fn specs_are_what_npm_takes_them_for() {
    let table = [
        ("1.2.3", "version 1.2.3"),
        (" =1.2.3 ", "version =1.2.3"),
        ("v1.2.3", "version v1.2.3"),
        ("1.2.3beta", "version 1.2.3beta"),
        ("^1.2.3", "range ^1.2.3"),
        ("", "range "),
        ("*", "range *"),
        ("x", "range x"),
        ("1.2.3 || 2", "range 1.2.3 || 2"),
        ("latest", "tag latest"),
        ("be ta", "invalid Tag"),
        ("npm:real@^1", "alias real range ^1"),
        ("npm:real", "alias real range "),
        ("NPM:@s/real@1.2.3", "alias @s/real version 1.2.3"),
        ("npm:@s/real@latest", "alias @s/real tag latest"),
        ("npm:real@npm:other@1", "invalid Alias"),
        ("npm:user/repo", "invalid Alias"),
        ("npm:real@user/repo", "invalid Alias"),
        ("npm:", "invalid Alias"),
        ("npm:^1", "invalid Alias"),
        ("user/repo", "git Https GitHub user repo"),
        ("user/repo#main", "git Https GitHub user repo ref main"),
        ("user/repo#abc1234", "git Https GitHub user repo short abc1234"),
        ("user/repo#semver:%5E1", "git Https GitHub user repo semver ^1"),
        ("user/repo#main::path:sub", "git Https GitHub user repo ref main in sub"),
        ("user/repo#a::b", "invalid Committish"),
        ("user/repo/", "directory user/repo/"),
        ("user/repo/sub", "directory user/repo/sub"),
        ("@user/repo", "directory @user/repo"),
        ("user/repo#%zz", "directory user/repo#%zz"),
        ("a/b.tgz", "git Https GitHub a b.tgz"),
        ("a/b/c.tar.gz", "file a/b/c.tar.gz"),
        ("x.tgz", "file x.tgz"),
        ("./x", "directory ./x"),
        ("~/x", "directory ~/x"),
        ("c:/x", "directory c:/x"),
        ("file:x", "directory x"),
        ("FILE:x.TGZ", "file x.TGZ"),
        ("file://x/y", "directory /x/y"),
        ("file:///x", "directory /x"),
        ("file:/../x", "directory ../x"),
        ("gitlab:g/s/p#v1", "git Https GitLab g/s p ref v1"),
        ("bitbucket:u/p", "git Https Bitbucket u p"),
        ("gist:abc123", "git Https Gist - abc123"),
        ("sourcehut:~u/p", "git Https SourceHut ~u p"),
        ("git://github.com/u/r.git#v1", "git Git GitHub u r ref v1"),
        ("http://github.com/u/r", "git Http GitHub u r"),
        ("https://github.com/u/r", "git Https GitHub u r"),
        ("https://www.GitHub.com/u/r/tree/main", "git Https GitHub u r ref main"),
        ("git+http://github.com/u/r", "git Http git+http://github.com/u/r"),
        ("https://github.com/u/r/archive/x.tar.gz", "url https://github.com/u/r/archive/x.tar.gz "),
        ("http://gitlab.com/a/b", "url http://gitlab.com/a/b "),
        ("https://gitlab.com/a/b/c", "git Https GitLab a/b c"),
        ("git@github.com:u/r#semver:^1", "git Ssh GitHub u r semver ^1"),
        ("git+ssh://git@github.com:u/r.git", "git Ssh GitHub u r"),
        ("git+ssh://git@example.test:u/r.git#v1", "git Ssh git+ssh://git@example.test:u/r.git ref v1"),
        ("git+ssh://git@example.test:22/u/r.git#v1", "git Ssh git+ssh://git@example.test:22/u/r.git ref v1"),
        ("git@example.test:u/r.git", "git Ssh git@example.test:u/r.git"),
        ("ssh://git@example.test/u/r.git", "invalid Protocol"),
        ("git://example.test/r#main", "git Git git://example.test/r ref main"),
        ("git+file:///srv/r", "git File git+file:///srv/r"),
        ("git+rsync://example.test/r", "git Plain git+rsync://example.test/r"),
        ("git+https://exa mple/x", "invalid Address"),
        ("https://example.test/x.tgz#sha", "url https://example.test/x.tgz sha"),
        ("HTTP://example.test/x", "url HTTP://example.test/x "),
        ("ftp://example.test/x", "invalid Protocol"),
        ("data:text/plain,x", "invalid Protocol"),
        ("workspace:^1", "workspace ^1"),
        ("catalog:", "catalog "),
        ("link:../x", "link ../x"),
    ];
    for (spec, expected) in table {
        assert_eq!(told(spec), expected, "{spec:?}");
    }
    assert_eq!(parse(".hidden", "1.0.0").kind, Kind::Invalid(Invalid::Name));
}

#[test]
fn only_a_whole_hash_holds_a_commit() {
    let long = format!("{HASH}{}", &HASH[..24]);
    for (fragment, held) in [(HASH, true), (&long, true), (&HASH[1..], false), (&long[..50], false), ("main", false)] {
        for address in ["u/r", "git+https://example.test/r", "git@example.test:r", "https://github.com/u/r"] {
            let spec = format!("{address}#{fragment}");
            assert_eq!(parse("dep", &spec).is_exact(), held, "{spec}");
        }
    }
    assert!(!parse("dep", "u/r").is_exact());
    assert!(!parse("dep", "https://example.test/x.tgz").is_exact());
    // npm takes tabs out of an address and not out of `host:path`.
    let split = format!("{}\t{}", &HASH[..9], &HASH[9..]);
    assert!(parse("dep", &format!("git+https://example.test/r#{split}")).is_exact());
    assert!(!parse("dep", &format!("git+ssh://git@example.test:r#{split}")).is_exact());
}

#[test]
fn a_pin_goes_where_it_belongs() {
    let table = [
        ("^1.2", "NEW"),
        (" ^1.2 ", " NEW "),
        ("", "NEW"),
        ("npm:real@^1", "npm:real@NEW"),
        ("npm:real@", "npm:real@NEW"),
        ("npm:@s/real", "npm:@s/real@NEW"),
        ("u/r", "u/r#NEW"),
        ("u/r#", "u/r#NEW"),
        ("u/r#main", "u/r#NEW"),
        ("u/r#semver:^1::path:sub", "u/r#NEW::path:sub"),
        ("u/r#path:sub", "u/r#NEW::path:sub"),
        ("git@example.test:r#v1", "git@example.test:r#NEW"),
        ("https://github.com/u/r/tree/main", "https://github.com/u/r#NEW"),
    ];
    for (spec, expected) in table {
        let place = parse("dep", spec).pin_place().expect(spec);
        let mut pinned = spec.to_owned();
        pinned.replace_range(place.bytes, &format!("{}NEW{}", place.before, place.after));
        assert_eq!(pinned, expected, "{spec:?}");
    }
    for spec in ["https://example.test/x.tgz", "./x", "workspace:*", "be ta"] {
        assert_eq!(parse("dep", spec).pin_place(), None, "{spec}");
    }
}

#[test]
fn plain_text_transports_are_told() {
    let table = [
        ("http://example.test/x.tgz", Some(false)),
        ("HTTPS://example.test/x.tgz", Some(true)),
        ("git://example.test/r", Some(false)),
        ("git+http://example.test/r", Some(false)),
        ("git+ftp://example.test/r", Some(false)),
        ("git+ssh://git@example.test/r", Some(true)),
        ("u/r", Some(true)),
        ("./x", Some(true)),
        ("^1", None),
    ];
    for (spec, secure) in table {
        assert_eq!(parse("dep", spec).transport().map(Transport::is_secure), secure, "{spec}");
    }
}

#[test]
fn names_are_what_npm_takes_for_names() {
    for name in ["a", "Old.Name", "@s/a", "a~b", "@a-b/c_d"] {
        assert!(is_valid_name(name), "{name}");
    }
    for name in ["", ".a", "_a", "-a", "a b", "a/b", "@s/", "@s/.a", "@/a", "node_modules", "a\u{e9}", "../a", "@s/a/b"] {
        assert!(!is_valid_name(name), "{name}");
    }
}

#[test]
fn keys_have_a_name_and_perhaps_a_range() {
    for (key, expected) in [
        ("a", ("a", None)),
        ("a@^1", ("a", Some("^1"))),
        ("@s/a", ("@s/a", None)),
        ("@s/a@npm:b@1", ("@s/a", Some("npm:b@1"))),
        ("é@1", ("é", Some("1"))),
        ("@", ("@", None)),
        ("", ("", None)),
    ] {
        assert_eq!(name_and_range(key), expected, "{key}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_typed_breaks_it(spec in "(npm:|git@|u/r#|file:|https://github\\.com/|git\\+ssh://|)[a-c1-3/:@#.^%~? \\-é]{0,16}") {
        let spec = parse("dep", &spec);
        if let Some(place) = spec.pin_place() {
            prop_assert!(spec.text.get(place.bytes).is_some());
        }
        let _ = (spec.is_exact(), spec.is_local(), spec.transport());
    }

    #[test]
    fn what_was_pinned_is_exact(spec in "(npm:@s/r@|npm:r@|)[~^]?[0-9]\\.[0-9]|(u/r|git\\+https://example\\.test/r|gist:a)(#(main|semver:1)?)?(::path:a)?") {
        let Some(place) = parse("dep", &spec).pin_place() else { return Ok(()) };
        let pin = if matches!(parse("dep", &spec).kind, Kind::Git(_)) { HASH } else { "1.2.3" };
        let mut pinned = spec.clone();
        pinned.replace_range(place.bytes, &format!("{}{pin}{}", place.before, place.after));
        prop_assert!(parse("dep", &pinned).is_exact(), "{} {}", spec, pinned);
    }
}
