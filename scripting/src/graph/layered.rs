//! The layout of a large graph.
//!
//! dagre takes seconds for some hundred nodes, and spreads them over many pages. Here the same method is cut down to what
//! takes milliseconds for a thousand: nodes stand in layers of bounded height, each after all that it reads; layers are
//! ordered by the middle of their neighbours, to and fro; then everything is drawn together (see `compact.rs`). Edges of
//! one node run together as far as they can.

use std::collections::HashMap;

use super::compact::{Item, compact};
use super::layout::{Layout, MARGIN, Place, ends};
use super::model::Model;

/// How often all layers are ordered, to and fro.
const SWEEPS: usize = 12;

/// Places where edges pass cards, at most. Beyond, long edges run behind the cards.
const PASSING_MAX: usize = 40_000;

/// Between two layers: at least, and with so much more for each edge that runs there, at most.
const LAYER_GAP: f64 = 44.0;
const LAYER_GAP_MORE: f64 = 1.5;
const LAYER_GAP_MAX: f64 = 110.0;

/// Cards in a layer, at least; a large graph is about as wide as it is high.
const LAYER_LEAST: usize = 12;

/// Lays out nodes of these sizes from left to right.
pub(super) fn layered(model: &Model, sizes: &[(f64, f64)]) -> Layout {
    let layer_of = layers(model);
    let (mut items, routes) = items(model, sizes, &layer_of);
    let mut order = first_order(&items);
    for sweep in 0..SWEEPS {
        arrange(&items, &mut order, sweep % 2 == 0);
    }
    compact(&mut items, &order);
    items.iter_mut().for_each(|item| item.at += MARGIN);
    let (along, widths) = along(model, sizes, &layer_of, order.len());
    let nodes = sizes.iter().enumerate().map(|(node, &(width, height))| Place {
        x: along[layer_of[node]],
        y: items[node].at,
        width,
        height,
    });
    let nodes: Vec<Place> = nodes.collect();
    let edges = model.edges.iter().zip(&routes).map(|(edge, passing)| {
        let (first, last) = ends(edge);
        let middle = |node: usize| (nodes[node].x, nodes[node].y);
        // Straight beside the cards, from one side of the layer to the other.
        let passing = passing.iter().flat_map(|item| {
            let Item { layer, at, .. } = items[*item];
            [-0.5, 0.5].map(|side| (along[layer] + side * widths[layer], at))
        });
        let mut points: Vec<(f64, f64)> =
            [middle(first)].into_iter().chain(passing).chain([middle(last)]).collect();
        if edge.back {
            points.reverse();
        }
        points
    });
    let edges = edges.collect();
    let groups = vec![Place::default(); model.groups.len()];
    Layout { nodes, edges, groups, across: true, ..Layout::default() }
}

/// The layer of each node: the first after all that it reads which is not full. What reads nothing stands just before its
/// first reader.
fn layers(model: &Model) -> Vec<usize> {
    let count = model.nodes.len();
    let most = LAYER_LEAST.max((count as f64).sqrt().round() as usize);
    let mut reads = vec![0; count];
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (first, last) in model.edges.iter().map(ends).filter(|(first, last)| first != last) {
        readers[first].push(last);
        reads[last] += 1;
    }
    let is_source: Vec<bool> = reads.iter().map(|reads| *reads == 0).collect();
    let mut layer_of = vec![0; count];
    let mut cards: Vec<usize> = Vec::new();
    let mut ready: Vec<usize> = (0..count).filter(|node| is_source[*node]).collect();
    let mut next = 0;
    while next < ready.len() {
        let node = ready[next];
        next += 1;
        let mut layer = layer_of[node];
        while cards.get(layer).is_some_and(|cards| *cards >= most) {
            layer += 1;
        }
        cards.resize(cards.len().max(layer + 1), 0);
        cards[layer] += 1;
        layer_of[node] = layer;
        for &reader in &readers[node] {
            layer_of[reader] = layer_of[reader].max(layer + 1);
            reads[reader] -= 1;
            if reads[reader] == 0 {
                ready.push(reader);
            }
        }
    }
    for node in (0..count).filter(|node| is_source[*node]) {
        let first = readers[node].iter().map(|reader| layer_of[*reader]).min();
        layer_of[node] = first.map_or(layer_of[node], |first| first.saturating_sub(1).max(layer_of[node]));
    }
    layer_of
}

/// All items, the nodes first, and the items that each edge passes, in the direction of the layers.
fn items(model: &Model, sizes: &[(f64, f64)], layer_of: &[usize]) -> (Vec<Item>, Vec<Vec<usize>>) {
    let card = |(size, layer): (&(f64, f64), &usize)| Item::card(*layer, size.1 / 2.0);
    let mut items: Vec<Item> = sizes.iter().zip(layer_of).map(card).collect();
    // What edges of one node pass together: by where they begin, and which way they run.
    let mut shared: HashMap<(usize, bool, usize), usize> = HashMap::new();
    let mut routes = Vec::with_capacity(model.edges.len());
    for edge in &model.edges {
        let (first, last) = ends(edge);
        let mut route = Vec::new();
        let mut before = first;
        for layer in layer_of[first] + 1..layer_of[last] {
            if items.len() > PASSING_MAX {
                break;
            }
            let item = *shared.entry((first, edge.back, layer)).or_insert_with(|| {
                items.push(Item::passing(layer));
                let item = items.len() - 1;
                connect(&mut items, before, item);
                item
            });
            route.push(item);
            before = item;
        }
        if first != last {
            connect(&mut items, before, last);
        }
        routes.push(route);
    }
    (items, routes)
}

fn connect(items: &mut [Item], before: usize, after: usize) {
    items[before].after.push(after);
    items[after].before.push(before);
}

/// The items of each layer, as the nodes were defined: those near each other often belong together.
fn first_order(items: &[Item]) -> Vec<Vec<usize>> {
    let mut order: Vec<Vec<usize>> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        order.resize_with(order.len().max(item.layer + 1), Vec::new);
        order[item.layer].push(index);
    }
    order
}

/// Orders each layer by the middle of the places that an item's neighbours have in theirs.
fn arrange(items: &[Item], order: &mut [Vec<usize>], forward: bool) {
    let mut place = vec![0.0; items.len()];
    let note = |place: &mut Vec<f64>, layer: &[usize]| {
        layer.iter().enumerate().for_each(|(rank, item)| {
            place[*item] = (rank as f64 + 0.5) / layer.len() as f64;
        });
    };
    order.iter().for_each(|layer| note(&mut place, layer));
    for step in 0..order.len() {
        let layer = if forward { step } else { order.len() - 1 - step };
        let middle = |item: usize| {
            let neighbours = if forward { &items[item].before } else { &items[item].after };
            match neighbours.len() {
                0 => place[item],
                count => neighbours.iter().map(|other| place[*other]).sum::<f64>() / count as f64,
            }
        };
        let mut wished: Vec<(f64, usize)> = order[layer].iter().map(|&item| (middle(item), item)).collect();
        wished.sort_by(|one, other| one.0.total_cmp(&other.0));
        order[layer] = wished.into_iter().map(|(_, item)| item).collect();
        note(&mut place, &order[layer]);
    }
}

/// The middle of each layer, from left to right, and its width.
fn along(model: &Model, sizes: &[(f64, f64)], layer_of: &[usize], count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut widths = vec![0.0_f64; count];
    for (&layer, size) in layer_of.iter().zip(sizes) {
        widths[layer] = widths[layer].max(size.0);
    }
    let mut crowds = vec![0.0_f64; count];
    for (first, last) in model.edges.iter().map(ends) {
        (layer_of[first]..layer_of[last]).for_each(|layer| crowds[layer] += 1.0);
    }
    let mut left = MARGIN;
    let mut along = Vec::with_capacity(count);
    for (width, crowd) in widths.iter().zip(crowds) {
        along.push(left + width / 2.0);
        left += width + (LAYER_GAP + crowd * LAYER_GAP_MORE).min(LAYER_GAP_MAX);
    }
    (along, widths)
}
