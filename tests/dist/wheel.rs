//! The wheel, installed from its file.

mod packages {
    use crate::built::package;
    use crate::support::{Sandbox, finish};

    #[test]
    #[ignore = "needs python3"]
    fn the_wheel_brings_the_program_and_it_runs() {
        let sandbox = Sandbox::without_git();
        let venv = sandbox.path("venv");
        finish(sandbox.command("python3", &sandbox.repo).args(["-m", "venv"]).arg(&venv)).expect(0);
        let pip = |arguments: &[&str]| finish(sandbox.command(venv.join("bin/pip"), &sandbox.repo).args(arguments));
        let wheel = package("provender-", ".whl");
        pip(&["install", "--no-index", "--disable-pip-version-check", wheel.to_str().unwrap()]).expect(0);

        let run = |arguments: &[&str]| finish(sandbox.command(venv.join("bin/provender"), &sandbox.repo).args(arguments));
        let version = run(&["--version"]).expect(0);
        assert!(version.out.starts_with(concat!("provender ", env!("CARGO_PKG_VERSION"))), "{version:?}");
        sandbox.write("requirements.txt", "requests\n");
        let found = run(&["check", "--format", "json"]).rules();
        assert!(found.contains(&"unpinned-dependency".to_owned()), "{found:?}");

        // What pip wrote down of it agrees with the files, and it goes away as a whole.
        let shown = pip(&["show", "--files", "provender"]).expect(0);
        assert!(shown.out.contains("../../../bin/provender"), "{shown:?}");
        pip(&["uninstall", "--yes", "provender"]).expect(0);
        assert!(!venv.join("bin/provender").exists());
    }
}
