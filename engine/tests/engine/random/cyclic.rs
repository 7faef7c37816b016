use flowno_engine::flow::{OnMissingDefault, RunOptions, Scope};

use super::model::{GraphModel, KINDS, Naive, is_stream, lines, random_node, upstream};
use super::{AGAIN, GRAPHS, Random, count, watched};
use crate::support::{Sheet, edit, virtual_loop};

/// Generations that a graph is taken through.
const GENERATIONS: u64 = 4;

fn random_graph(random: &mut Random) -> GraphModel {
    let size = 1 + random.below(8);
    let all: Vec<usize> = (0..size).collect();
    all.iter().map(|_| Some(random_node(random, &KINDS, &all))).collect()
}

/// Which nodes a cycle moves: itself, what hangs on it, and what these need, until nothing is added.
pub(super) fn moved_by_cycles(graph: &GraphModel) -> Vec<bool> {
    let all: Vec<usize> = (0..graph.len()).collect();
    let above: Vec<_> = all.iter().map(|index| upstream(graph, *index, &all)).collect();
    let mut moved: Vec<bool> = all.iter().map(|index| above[*index].contains(index)).collect();
    for _ in 0..graph.len() {
        for index in 0..graph.len() {
            let joined = all.iter().any(|other| {
                moved[*other] && (above[index].contains(other) || above[*other].contains(&index))
            });
            moved[index] |= joined;
        }
    }
    moved
}

fn advance(sheet: &Sheet, further: u64, context: &str) {
    let flow = sheet.flow.clone();
    let options = RunOptions { scope: Scope::All, generations: Some(further), ..RunOptions::default() };
    let end = sheet.event_loop.run_until_complete(watched(async move { flow.run(options).await }));
    end.expect("the root ends")
        .unwrap_or_else(|| panic!("hangs: {context}"))
        .unwrap_or_else(|error| panic!("{error}: {context}"));
}

#[test]
fn cyclic_graphs_go_in_lockstep_in_one_run_or_in_several() {
    let event_loop = virtual_loop();
    let mut cycles = 0;
    for seed in 0..count("FLOWNO_RANDOM_GRAPHS", GRAPHS) {
        let graph = random_graph(&mut Random(seed));
        let context = format!("seed {seed}:\n{}", lines(&graph));
        let Some(mut naive) = Naive::new(&graph) else {
            let sheet = Sheet::on(&event_loop, "");
            let refused = edit(&sheet.flow, &sheet.log, &lines(&graph), OnMissingDefault::Refuse);
            assert!(refused.is_err(), "{context}");
            continue;
        };
        let (whole, parts) = (Sheet::on(&event_loop, &lines(&graph)), Sheet::on(&event_loop, &lines(&graph)));
        advance(&whole, GENERATIONS, &context);
        advance(&parts, 1, &context);
        advance(&parts, GENERATIONS - 1, &context);
        if seed.is_multiple_of(AGAIN) {
            let again = Sheet::on(&event_loop, &lines(&graph));
            advance(&again, GENERATIONS, &context);
            assert_eq!(*again.log.borrow(), *whole.log.borrow(), "the same again, {context}");
        }
        for (index, moved) in moved_by_cycles(&graph).into_iter().enumerate() {
            cycles += u64::from(moved);
            let (name, run) = (format!("n{index}"), if moved { GENERATIONS } else { 0 });
            assert_eq!(whole.calls(&name) as u64, run + 1, "calls of {name}, {context}");
            if is_stream(graph[index].as_ref().expect("a node")) {
                continue; // its last run may be left at its first chunk
            }
            let expected = naive.given(index, run).map(|given| given.value);
            assert_eq!(whole.value(&name), expected, "{name}, {context}");
            assert_eq!(parts.value(&name), expected, "{name} in parts, {context}");
        }
    }
    assert!(cycles > 1_000, "there are cycles among them");
}
