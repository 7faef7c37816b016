use flowno_engine::event_loop::{LoopError, TaskError, spawn, yield_now};

use super::{Notes, Tattle};
use crate::support::virtual_loop;

#[test]
fn a_panic_stays_the_tasks_own() {
    let notes = Notes::default();
    let tattle = Tattle(notes.clone(), "dropped");
    let got = virtual_loop().run_until_complete(async {
        let bad = spawn(async move {
            let _tattle = tattle;
            yield_now().await;
            panic!("out of {}", "luck");
        });
        let good = spawn(async { 7 });
        let end: Result<(), TaskError> = bad.join().await;
        (end, good.join().await)
    });
    assert_eq!(got.unwrap(), (Err(TaskError::Panicked("out of luck".into())), Ok(7)));
    assert_eq!(notes.take(), ["dropped"]);
}

#[test]
fn a_panic_of_the_root_is_an_error_and_the_loop_goes_on() {
    let event_loop = virtual_loop();
    let end = event_loop.run_until_complete(async { panic!("at the root") });
    let message = |end: Result<(), LoopError>| end.unwrap_err().to_string();
    assert_eq!(message(end), "the task panicked: at the root");
    assert_eq!(event_loop.run_until_complete(async { 7 }).unwrap(), 7);
}
