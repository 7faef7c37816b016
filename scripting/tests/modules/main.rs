//! `import`, from files beside the notebook. A process of its own, because it has a directory of its own.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::{env, fs};

use common::{Notebook, headline, traceback};
use flowno_scripting::{Access, Gate};

/// A directory below that of the session, with modules in it and beside it.
fn notebook() -> Notebook {
    enter();
    Notebook::new()
}

fn enter() {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let outside = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("modules");
        let folder = outside.join("notebooks");
        let _ = fs::remove_dir_all(&outside);
        fs::create_dir_all(folder.join("parts")).unwrap();
        let write = |name: &str, code: &str| fs::write(folder.join(name), code).unwrap();
        write(
            "tools.rhai",
            "fn double(x) { x * 2 }\nfn fail(x) {\n    x.nonsense()\n}\nexport const SIZE = 3;",
        );
        write("parts/inner.rhai", "fn half(x) { x / 2.0 }");
        write("broken.rhai", "fn f( {");
        write("circle.rhai", "import \"circle\" as c;");
        write("endless.rhai", "loop { }");
        write("sleepy.rhai", "sleep(1);");
        write("long.rhai", &"// a comment\n".repeat(1 << 17));
        write("wires.rhai", "flow.x = 5;");
        write("waits.rhai", "const Y = flow.y.value;");
        write("spawns.rhai", "spawn(|| { sleep(1); print(\"late\"); });");
        write("tells.rhai", "spawn(|| { sleep(1); throw \"lost\" });");
        write("nests.rhai", "import \"wires\" as w;");
        write("yields.rhai", "fn f() {\n  yield 1 }");
        write("hides.rhai", "let flow = 1;");
        write("defines.rhai", "fn f() { 1 }\nnode N() { 1 }");
        write("shapes.rhai", "template T(f) { 1 }");
        write("tall.rhai", &"\n".repeat(70_000));
        write("deep.rhai", &format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)));
        fs::write(outside.join("secret.rhai"), "fn f() { 1 }").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.join("secret.rhai"), folder.join("link.rhai")).unwrap();
        env::set_current_dir(&folder).unwrap();
        folder
    });
}

#[test]
fn functions_and_constants_come_from_a_file() {
    let notebook = notebook();
    assert_eq!(notebook.outputs("import \"tools\" as t; [t::double(4), t::SIZE]"), ["result: [8, 3]"]);
    assert_eq!(notebook.outputs("import \"parts/inner.rhai\" as i; i::half(3)"), ["result: 1.5"]);
}

#[test]
fn so_do_those_of_bodies_and_functions() {
    let notebook = notebook();
    let code = "fn twice(x) { import \"tools\" as t; t::double(x) }
        node Twice(x) { import \"tools\" as t; sleep(1); t::double(x) } flow.t = Twice(twice(2));";
    assert_eq!(notebook.outputs(code), ["show: t = 8"]);
    assert_eq!(notebook.outputs("flow.t = Twice(5);"), ["show: t = 10"]);
}

#[test]
fn nothing_comes_from_elsewhere() {
    let notebook = notebook();
    for path in ["../secret", "/etc/passwd", "parts/../../secret", "link", "", ".", "parts", "nowhere"] {
        let error = notebook.error(&format!("import {path:?} as m; m::f()"));
        assert_eq!(error.name, "ImportError", "{path}: {}", error.message);
        assert!(headline(&error).contains("cannot import"), "{}", headline(&error));
    }
}

#[test]
fn what_is_wrong_with_a_module_is_said() {
    let notebook = notebook();
    for (path, name, why) in [
        ("broken", "SyntaxError", "broken, line 1"),
        ("circle", "ImportError", "it imports itself"),
        ("long", "ImportError", "longer than 1024 KiB"),
        ("deep", "SyntaxError", "maximum complexity"),
        ("yields", "SyntaxError", "yields, line 2, column 3"),
        ("hides", "SyntaxError", "hides, line 1, column 5"),
        ("defines", "SyntaxError", "defines, line 2, column 6"),
        ("shapes", "SyntaxError", "templates are defined in cells"),
        ("tall", "SyntaxError", "65535 lines"),
    ] {
        let error = notebook.error(&format!("import {path:?} as m;"));
        assert_eq!(error.name, name, "{path}: {}", error.message);
        assert!(traceback(&error).contains(why), "{path}: {}", traceback(&error));
    }
    assert_eq!(notebook.outputs("import \"sleepy\" as s; 1 + 1"), ["result: 2"]);
}

#[test]
fn in_a_body_it_may_what_a_body_may() {
    let notebook = notebook();
    for (module, name) in [("wires", "WiringError"), ("nests", "WiringError")] {
        let error = notebook.error(&format!("node N() {{ import {module:?} as m; 1 }} flow.n = N();"));
        assert_eq!(error.name, "NodeExecutionError", "{module}: {}", error.message);
        assert!(error.message.contains(name), "{module}: {}", error.message);
        let error = notebook
            .error(&format!("node N(x = || {{ import {module:?} as m; 1 }}.call()) {{ x }} flow.n = N();"));
        assert_eq!(error.name, name, "{module}: {}", error.message);
    }
    assert!(notebook.error("flow.x.value").message.contains("no cell defines"), "nothing was wired");
    // `.value` gives what is there, and does not run what is not.
    let waits =
        "node Slow() { sleep(9); 1 } node N() { import \"waits\" as m; 1 } flow.y = Slow(); flow.n = N();";
    let error = notebook.error(waits);
    assert!(error.message.starts_with("node n failed"), "{}", error.message);
}

#[test]
fn its_tasks_are_its_importers() {
    let notebook = notebook();
    let code = "node N() { import \"spawns\" as m; throw 1 } try { flow.n = N(); flow.n.value } catch { }";
    assert_eq!(notebook.outputs(code), ["show: n failed: 1"], "a node that fails ends its tasks");
    let ran = notebook.run("node T() { import \"tells\" as m; 1 } flow.t = T();");
    assert!(ran.error().message.starts_with("node t failed"));
}

#[test]
fn in_a_cell_it_wires() {
    let notebook = notebook();
    assert_eq!(notebook.outputs("import \"wires\" as m; flow.x.value + 1"), ["show: x = 5", "result: 6"]);
}

#[test]
fn an_error_inside_shows_the_line_of_the_file() {
    let notebook = notebook();
    let said = traceback(&notebook.error("import \"tools\" as t;\n\nt::fail(1)"));
    assert!(said.contains("x.nonsense()") && said.contains("tools, line 3"), "{said}");
}

#[test]
fn an_endless_one_is_interrupted() {
    enter();
    let notebook = Notebook::in_real_time();
    let interrupt = notebook.interrupt.clone();
    let raiser = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        interrupt.raise();
    });
    assert_eq!(notebook.error("import \"endless\" as e;").name, "KeyboardInterrupt");
    raiser.join().unwrap();
    notebook.interrupt.clear();
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn a_closed_gate_refuses() {
    enter();
    let notebook = Notebook::behind(Gate::open().deny(Access::Read));
    let error = notebook.error("import \"tools\" as t;");
    assert_eq!(error.name, "PermissionError");
    assert!(error.message.contains("--deny read"), "{}", error.message);
}
