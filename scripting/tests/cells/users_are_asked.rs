use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use flowno_scripting::engine::event_loop::sleep;

use crate::common::Notebook;

/// Each prompt, and whether its answer is hidden.
type Asked = Rc<RefCell<Vec<(String, bool)>>>;

/// A notebook whose user answers each question with itself, after a second.
fn with_a_parrot() -> (Notebook, Asked) {
    let notebook = Notebook::new();
    let asked = Asked::default();
    let noted = asked.clone();
    notebook.answer(move |question| {
        noted.borrow_mut().push((question.prompt.clone(), question.password));
        Box::pin(async move {
            sleep(Duration::from_secs(1)).await;
            Ok(format!("<{}>", question.prompt))
        })
    });
    (notebook, asked)
}

#[test]
fn the_answer_is_a_string() {
    let (notebook, asked) = with_a_parrot();
    assert_eq!(
        notebook.outputs("let a = input(\"name\"); let b = input(); [a, b]"),
        ["result: [\"<name>\", \"<>\"]"]
    );
    assert_eq!(notebook.outputs("password(\"key\")"), ["result: \"<key>\""]);
    let expected =
        [("name", false), ("", false), ("key", true)].map(|(prompt, hidden)| (prompt.to_owned(), hidden));
    assert_eq!(*asked.borrow(), expected);
}

#[test]
fn nodes_ask_one_after_another_and_others_go_on() {
    let (notebook, asked) = with_a_parrot();
    let code = "node Ask(x) { input(x) } node Print() { sleep(0.5); print(\"meanwhile\"); 1 }
        flow.a = Ask(\"first\"); flow.b = Ask(\"second\"); flow.c = Print();";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs, ["out: meanwhile", "show: a = \"<first>\"", "show: b = \"<second>\"", "show: c = 1"]);
    assert_eq!(asked.borrow().len(), 2);
}

#[test]
fn where_nobody_can_be_asked_that_is_an_error() {
    let notebook = Notebook::new();
    let error = notebook.error("\n  input(\"name\")");
    assert_eq!(error.name, "StdinNotImplementedError");
    assert!(error.message.starts_with("nobody can be asked"), "{}", error.message);
    assert!(error.message.ends_with("(line 2, column 3)"), "{}", error.message);
    let caught = notebook.outputs("let e = \"\"; try { input(); } catch (x) { e = x.error; } e");
    assert_eq!(caught, ["result: \"StdinNotImplementedError\""]);
}

#[test]
fn an_interrupt_ends_the_wait_and_the_next_question_is_asked() {
    let notebook = Notebook::in_real_time();
    notebook.answer(|question| match question.prompt.as_str() {
        "never" => Box::pin(pending()),
        _ => Box::pin(async { Ok("yes".to_owned()) }),
    });
    let interrupt = notebook.interrupt.clone();
    let raising = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        interrupt.raise();
    });
    let error = notebook.error("input(\"never\")");
    raising.join().unwrap();
    assert_eq!(error.name, "KeyboardInterrupt");
    notebook.interrupt.clear();
    assert_eq!(notebook.outputs("input(\"now\")"), ["result: \"yes\""]);
}
