use flowno_engine::flow::{RunEnd, RunOptions, Scope};

use super::model::{GraphModel, KINDS, Naive, is_stream, lines, random_node};
use super::{AGAIN, GRAPHS, Random, count, watched};
use crate::support::{Sheet, virtual_loop};

/// A graph whose nodes read only what has a lower rank, defined in any order.
fn random_graph(random: &mut Random) -> GraphModel {
    let size = 1 + random.below(12);
    let mut ranks: Vec<usize> = (0..size).collect();
    for place in (1..size).rev() {
        ranks.swap(place, random.below(place + 1));
    }
    let mut graph: GraphModel = vec![None; size];
    for rank in 0..size {
        graph[ranks[rank]] = Some(random_node(random, &KINDS, &ranks[..rank]));
    }
    graph
}

#[test]
fn acyclic_graphs_run_each_node_once_and_give_the_same_as_by_hand() {
    let event_loop = virtual_loop();
    for seed in 0..count("FLOWNO_RANDOM_GRAPHS", GRAPHS) {
        let graph = random_graph(&mut Random(seed));
        let text = lines(&graph);
        let run = || {
            let sheet = Sheet::on(&event_loop, &text);
            let flow = sheet.flow.clone();
            let options = RunOptions { scope: Scope::All, ..RunOptions::default() };
            let end = event_loop.run_until_complete(watched(async move { flow.run(options).await }));
            let end = end.unwrap().unwrap_or_else(|| panic!("seed {seed} hangs:\n{text}"));
            assert_eq!(end.unwrap(), RunEnd::Completed, "seed {seed}:\n{text}");
            sheet
        };
        let sheet = run();
        let mut naive = Naive::new(&graph).expect("no cycles");
        for (index, node) in graph.iter().enumerate() {
            let (name, node) = (format!("n{index}"), node.as_ref().expect("a node"));
            assert_eq!(sheet.calls(&name), 1, "calls of {name}, seed {seed}:\n{text}");
            let expected = naive.given(index, 0).map(|given| given.value);
            let got = sheet.value(&name);
            let unread = is_stream(node) && got.is_none();
            assert!(got == expected || unread, "{name} is {got:?}, not {expected:?}, seed {seed}:\n{text}");
        }
        if seed.is_multiple_of(AGAIN) {
            assert_eq!(run().took(), sheet.took(), "the same again, seed {seed}:\n{text}");
        }
    }
}
