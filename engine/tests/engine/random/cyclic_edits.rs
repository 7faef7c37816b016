use std::time::Duration;

use flowno_engine::event_loop::{sleep, spawn};
use flowno_engine::flow::{OnMissingDefault, RunOptions, Scope};

use super::cyclic::moved_by_cycles;
use super::model::{GraphModel, NodeModel, line, lines, random_node};
use super::{EDITS, Random, count};
use crate::support::{Sheet, edit, virtual_loop};

const KINDS: [&str; 8] = ["inc", "double", "add", "mix", "slow", "long", "map", "sum"];
const NODES: usize = 6;
const BATCHES: usize = 6;

fn any_node(random: &mut Random) -> NodeModel {
    let all: Vec<usize> = (0..NODES).collect();
    random_node(random, &KINDS, &all)
}

/// Changes a node or two of the flow, and of the model if the flow takes it.
fn change(random: &mut Random, sheet: &Sheet, graph: &mut GraphModel) {
    let mut changed = graph.clone();
    let mut batch = Vec::new();
    for _ in 0..1 + random.below(2) {
        let index = random.below(NODES);
        let node = random.chance(85).then(|| any_node(random));
        batch.push(node.as_ref().map_or(format!("-n{index}"), |node| line(index, node)));
        changed[index] = node;
    }
    if edit(&sheet.flow, &sheet.log, &batch.join("\n"), OnMissingDefault::Refuse).is_ok() {
        *graph = changed;
    }
}

/// Edits while the flow runs, now and then dropping the run; gives the graph that is left.
async fn live(mut random: Random, sheet: Sheet) -> GraphModel {
    let mut graph: GraphModel = vec![None; NODES];
    let run = |sheet: &Sheet| {
        let (flow, scope) = (sheet.flow.clone(), Scope::All);
        spawn(
            async move { flow.run(RunOptions { scope, generations: Some(5), ..RunOptions::default() }).await },
        )
    };
    let mut running = run(&sheet);
    for _ in 0..BATCHES {
        change(&mut random, &sheet, &mut graph);
        sleep(Duration::from_secs(random.below(4) as u64)).await;
        if running.is_done() || random.chance(20) {
            running.cancel();
            running = run(&sheet);
        }
    }
    let _ = running.join().await;
    let rest: Vec<String> = (0..NODES)
        .filter(|index| graph[*index].is_none())
        .map(|index| format!("n{index} = const:1()"))
        .collect();
    edit(&sheet.flow, &sheet.log, &rest.join("\n"), OnMissingDefault::Refuse)
        .expect("constants close no cycle");
    let _ = run(&sheet).join().await.expect("a run that ends").expect("no failures");
    graph
}

#[test]
fn cycles_that_were_rewired_as_they_ran_still_turn() {
    let event_loop = virtual_loop();
    let mut turned = 0;
    for seed in 0..count("FLOWNO_RANDOM_EDITS", EDITS) {
        let sheet = Sheet::on(&event_loop, "");
        let twin = Sheet { flow: sheet.flow.clone(), event_loop: event_loop.clone(), log: sheet.log.clone() };
        let mut graph = event_loop
            .run_until_complete(live(Random(seed), twin))
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let constant = NodeModel { kind: "const", inputs: Vec::new() };
        graph.iter_mut().for_each(|node| *node = node.take().or(Some(constant.clone())));
        let context = format!("seed {seed}:\n{}", lines(&graph));
        let run_of = |index: usize| {
            let generation = sheet.flow.generation(sheet.id(&format!("n{index}")));
            generation.filter(|generation| generation.chunk.is_none()).map(|generation| generation.run)
        };
        let before: Vec<_> = (0..NODES).map(run_of).collect();
        sheet
            .run_with(RunOptions { scope: Scope::All, generations: Some(2), ..RunOptions::default() })
            .unwrap_or_else(|error| panic!("{error}: {context}"));
        for (index, moved) in moved_by_cycles(&graph).into_iter().enumerate() {
            if let (Some(before), Some(after), true) = (before[index], run_of(index), moved) {
                turned += 1;
                // One less for a producer that was one generation ahead.
                assert!(
                    (before + 1..=before + 2).contains(&after),
                    "n{index}: {before} to {after}, {context}"
                );
            }
        }
    }
    assert!(turned > 1_000, "there are cycles among them");
}
