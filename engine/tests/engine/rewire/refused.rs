//! A refused batch has changed nothing.

use flowno_engine::event_loop::{sleep, spawn};
use flowno_engine::flow::RunOptions;

use crate::support::{Sheet, edit, snapshot};

const GRAPH: &str =
    "s = const:3(); a = swap(s, 1); b = mix(a, a.1, s); c = inc(c|0); w = inc(nobody); d = add(c, b)
    h = low_high(s); i = mix(h.high, h.low)";

/// Batches that end in something that cannot be.
const REFUSED: [&str; 9] = [
    "e = inc(f); f = inc(e)",
    "a = const:1()",
    "-a; e = inc(s.7)",
    "-a; a = swap(1, 2); -a; a = const:1(); e = inc(s.7)",
    "b = inc(a); -b; b = inc(s); b = inc(s.1)",
    "nobody = inc(w)",
    "c = inc(c)",
    "-s; -a; -b; -c; -d; s = const:9(); a = inc(s); b = inc(b)",
    "h = high_low(s); !i; -h; h = const:1()",
];

#[test]
fn a_refused_batch_leaves_everything_as_it_was() {
    for lines in REFUSED {
        let (sheet, twin) = (Sheet::new(GRAPH), Sheet::new(GRAPH));
        for sheet in [&sheet, &twin] {
            sheet.advance(2).unwrap();
        }
        let before = snapshot(&sheet.flow);
        assert!(sheet.edit(lines).is_err(), "{lines}");
        assert_eq!(snapshot(&sheet.flow), before, "{lines}");
        for sheet in [&sheet, &twin] {
            sheet.advance(3).unwrap();
            sheet.edit("!s; nobody = const:8(); !h").unwrap();
            sheet.advance(1).unwrap();
        }
        assert_eq!(sheet.took(), twin.took(), "afterwards both do the same: {lines}");
        assert_eq!(snapshot(&sheet.flow), snapshot(&twin.flow), "{lines}");
    }
}

#[test]
fn a_batch_refused_while_the_flow_runs_does_not_hold_it_up() {
    let lines = "a = inc(a|0); x = slow:3(a); y = slow:1(a); z = mix(x, y)";
    let (sheet, twin) = (Sheet::new(lines), Sheet::new(lines));
    let (flow, log) = (sheet.flow.clone(), sheet.log.clone());
    let root = async move {
        let editing = (flow.clone(), log);
        spawn(async move {
            for second in 0..20 {
                let batch = ["y = slow:1(a); -x; z = inc(z)", "x = inc(a); b = inc(a.3)"][second % 2];
                assert!(
                    edit(&editing.0, &editing.1, batch, flowno_engine::flow::OnMissingDefault::Refuse)
                        .is_err()
                );
                sleep(std::time::Duration::from_secs(1)).await;
            }
        });
        flow.run(RunOptions { generations: Some(5), ..RunOptions::default() }).await
    };
    sheet.event_loop.run_until_complete(root).unwrap().unwrap();
    twin.advance(5).unwrap();
    assert_eq!(sheet.took(), twin.took());
}
