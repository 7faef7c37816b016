//! The plan against one that condenses anew each time, on random graphs.

use std::collections::BTreeSet;

use super::*;
use crate::flow::graph::Edge;
use crate::flow::slot::{Input, PortRef};
use crate::flow::{Evaluation, Signature};
use crate::native;

const GRAPHS: u64 = 4_000;
const NODES: u64 = 24;

/// SplitMix64.
fn draw(state: &mut u64, limit: u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % limit
}

/// Nodes that read mostly their neighbours, with a default most times.
fn random_graph(seed: u64) -> (Graph<i64>, Vec<NodeId>) {
    let mut state = seed;
    let mut graph = Graph::default();
    let count = 1 + draw(&mut state, NODES);
    let body = native::node(Signature::new("Any"), |_| Evaluation::value(0));
    let ids: Vec<NodeId> =
        (0..count).map(|i| graph.insert_node(format!("n{i}").into(), body.clone())).collect();
    let reach = 1 + draw(&mut state, count);
    for to in 0..count {
        for input in 0..draw(&mut state, 4) as usize {
            let from = ids[((to + count + draw(&mut state, 2 * reach) - reach) % count) as usize];
            let by_hand = draw(&mut state, 16) == 0;
            let edge = Edge {
                from,
                port: 0,
                to: ids[to as usize],
                input,
                stream: false,
                base: 0,
                stitched: by_hand,
                by_hand,
            };
            let source = Source::Edge(graph.insert_edge(edge));
            let default = (draw(&mut state, 4) > 0).then_some(0);
            let inputs = &mut graph.node_mut(ids[to as usize]).inputs;
            inputs.push(Input { source, port: PortRef::Index(0), default });
        }
    }
    (graph, ids)
}

fn condensed_anew(graph: &Graph<i64>, nodes: &[NodeId]) -> Stitches {
    let mut stitches = Stitches::default();
    let mut work = vec![nodes.to_vec()];
    while let Some(nodes) = work.pop() {
        let part = Part::new(graph, &nodes);
        for component in part.components(0..nodes.len(), |_| true) {
            let mut members: Vec<NodeId> = component.iter().map(|place| nodes[*place]).collect();
            graph.sort(&mut members);
            let inputs = |id| inputs_from(graph, id, |from| members.contains(&from));
            let starts =
                |id: &NodeId| inputs(*id).all(|(index, _)| graph.node(*id).inputs[index].default.is_some());
            match members.iter().position(starts) {
                Some(position) => {
                    stitches.edges.extend(inputs(members[position]).map(|(_, edge)| edge));
                    members.remove(position);
                    work.push(members);
                }
                None => stitches.unbreakable.push(members),
            }
        }
    }
    stitches
}

#[test]
fn the_plan_is_that_of_condensing_anew_each_time() {
    let (mut broken, mut unbreakable) = (0, 0);
    for seed in 0..GRAPHS {
        let (graph, nodes) = random_graph(seed);
        let [planned, expected] = [plan(&graph, &nodes), condensed_anew(&graph, &nodes)].map(|stitches| {
            let edges = stitches.edges.iter().copied().collect::<BTreeSet<EdgeId>>();
            assert_eq!(edges.len(), stitches.edges.len(), "seed {seed}: each edge once");
            (edges, stitches.unbreakable.into_iter().collect::<BTreeSet<Vec<NodeId>>>())
        });
        assert_eq!(planned, expected, "seed {seed}");
        broken += planned.0.len();
        unbreakable += planned.1.len();
    }
    assert!(broken > 10_000 && unbreakable > 1_000, "{broken} {unbreakable}");
}
