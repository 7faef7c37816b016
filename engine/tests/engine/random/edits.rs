use std::time::Duration;

use flowno_engine::event_loop::{sleep, spawn};
use flowno_engine::flow::{OnMissingDefault, RunOptions};

use super::model::{GraphModel, NodeModel, is_stream, line, lines, random_node};
use super::{EDITS, Random, count};
use crate::support::{Sheet, edit, virtual_loop};

/// Stateless kinds: what they give depends on the graph alone.
const KINDS: [&str; 9] = ["const", "inc", "double", "add", "mix", "slow", "long", "map", "sum"];
const NODES: usize = 8;
const BATCHES: usize = 8;

/// A few random changes to the model, as lines. Nodes read lower numbers only, so no cycle comes to be.
fn random_batch(random: &mut Random, graph: &mut GraphModel) -> String {
    let mut batch = Vec::new();
    for _ in 0..1 + random.below(3) {
        let index = random.below(NODES);
        let lower: Vec<usize> = (0..index).collect();
        if random.chance(25) {
            graph[index] = None;
            batch.push(format!("-n{index}"));
        } else if random.chance(20) {
            batch.push(format!("!n{index}"));
        } else {
            let node = random_node(random, &KINDS, &lower);
            batch.push(line(index, &node));
            graph[index] = Some(node);
        }
    }
    batch.join("\n")
}

/// Status and value of each node of the graph. How far a stream has come that nobody reads to its end depends on what
/// was there before; who reads it tells.
fn result(sheet: &Sheet, graph: &GraphModel) -> Vec<Option<(&'static str, Option<i64>)>> {
    let of = |(index, node): (usize, &Option<NodeModel>)| {
        let name = format!("n{index}");
        let node = node.as_ref()?;
        Some(match sheet.status(&name) {
            "waiting" => ("waiting", None),
            _ if is_stream(node) => ("stream", None),
            status => (status, sheet.value(&name)),
        })
    };
    graph.iter().enumerate().map(of).collect()
}

fn fresh_result(sheet: &Sheet, graph: &GraphModel) -> Vec<Option<(&'static str, Option<i64>)>> {
    let fresh = Sheet::on(&sheet.event_loop, &lines(graph));
    fresh.run().expect("a run without failures");
    result(&fresh, graph)
}

#[test]
fn a_live_graph_comes_to_the_same_as_a_fresh_one() {
    let event_loop = virtual_loop();
    for seed in 0..count("FLOWNO_RANDOM_EDITS", EDITS) {
        let (mut random, mut graph) = (Random(seed), vec![None; NODES]);
        let sheet = Sheet::on(&event_loop, "");
        let mut history = Vec::new();
        for _ in 0..BATCHES {
            history.push(random_batch(&mut random, &mut graph));
            sheet.edit(history.last().expect("a batch")).unwrap();
            if random.chance(70) {
                sheet.run().unwrap();
            }
        }
        sheet.run().unwrap();
        let (live, fresh) = (result(&sheet, &graph), fresh_result(&sheet, &graph));
        assert_eq!(live, fresh, "live and fresh, seed {seed}: {history:#?}");
    }
}

#[test]
fn edits_while_the_flow_runs_come_to_the_same_as_a_fresh_one() {
    let event_loop = virtual_loop();
    for seed in 0..count("FLOWNO_RANDOM_EDITS", EDITS) {
        let (mut random, mut graph) = (Random(seed), vec![None; NODES]);
        let sheet = Sheet::on(&event_loop, "n0 = slow:5(1); n1 = slow:9(n0)");
        let mut batches = vec!["-n0; -n1".to_owned()];
        batches.extend((0..BATCHES).map(|_| random_batch(&mut random, &mut graph)));
        let (flow, log, history) = (sheet.flow.clone(), sheet.log.clone(), batches.clone());
        let root = async move {
            let running = flow.clone();
            let mut run = spawn(async move { running.run(RunOptions::default()).await });
            for batch in batches {
                sleep(Duration::from_secs(random.below(6) as u64)).await;
                edit(&flow, &log, &batch, OnMissingDefault::Refuse).expect("lines that can be wired");
                if run.is_done() || random.chance(20) {
                    run.cancel();
                    let running = flow.clone();
                    run = spawn(async move { running.run(RunOptions::default()).await });
                }
            }
            let _ = run.join().await;
            flow.run(RunOptions::default()).await
        };
        let end = event_loop.run_until_complete(root);
        end.unwrap_or_else(|error| panic!("seed {seed}: {error}: {history:#?}")).unwrap();
        let (live, fresh) = (result(&sheet, &graph), fresh_result(&sheet, &graph));
        assert_eq!(live, fresh, "live and fresh, seed {seed}: {history:#?}");
    }
}
