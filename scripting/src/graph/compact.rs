//! Draws the layers of a large graph together: each item moves to where its neighbours are, as far as the order of its layer
//! and what stands beside it allow, again and again.

/// How often all layers are gone through, to and fro. More moves hardly anything.
const SWEEPS: usize = 24;

/// Between two cards, between a card and an edge that passes, and between two such edges.
const CARD_GAP: f64 = 14.0;
const PASSING_GAP: f64 = 9.0;
const EDGE_GAP: f64 = 7.0;

/// How strongly an edge that passes wants to be straight: a bend is seen more than a card that stands a little aside.
const STRAIGHT: f64 = 4.0;

/// Something in a layer: a card, or the place where an edge passes.
pub(super) struct Item {
    pub(super) layer: usize,
    /// Where its middle stands along its layer, and half of its extent there.
    pub(super) at: f64,
    half: f64,
    is_card: bool,
    /// What it is connected to in the layers before and after.
    pub(super) before: Vec<usize>,
    pub(super) after: Vec<usize>,
}

impl Item {
    pub(super) fn card(layer: usize, half: f64) -> Self {
        Self { layer, at: 0.0, half, is_card: true, before: Vec::new(), after: Vec::new() }
    }

    pub(super) fn passing(layer: usize) -> Self {
        Self { is_card: false, ..Self::card(layer, 0.0) }
    }
}

/// Finds where each item stands along its layer, from 0. `order`: those of each layer.
pub(super) fn compact(items: &mut [Item], order: &[Vec<usize>]) {
    for layer in order {
        let mut at = 0.0;
        for (position, &item) in layer.iter().enumerate() {
            at += if position > 0 { gap(&items[layer[position - 1]], &items[item]) } else { 0.0 };
            items[item].at = at;
        }
        layer.iter().for_each(|item| items[*item].at -= at / 2.0);
    }
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        for step in 0..order.len() {
            place(items, &order[if forward { step } else { order.len() - 1 - step }], forward);
        }
    }
    let first = items.iter().map(|item| item.at - item.half).fold(f64::INFINITY, f64::min);
    items.iter_mut().for_each(|item| item.at -= first);
}

/// Moves each item of a layer to the middle of its neighbours, as near as the order and the gaps allow: least squares under
/// the order, by pooling those that would overlap.
fn place(items: &mut [Item], layer: &[usize], forward: bool) {
    // Of neighbours at the least distance there are: (their sum of weights, the sum of weighted wishes, how many).
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    for (position, &index) in layer.iter().enumerate() {
        if position > 0 {
            offset += gap(&items[layer[position - 1]], &items[index]);
        }
        offsets.push(offset);
        let (wish, weight) = wish(items, index, forward);
        pools.push((weight, weight * (wish - offset), 1));
        while let [.., before, last] = &pools[..]
            && before.1 / before.0 > last.1 / last.0
        {
            let joined = (before.0 + last.0, before.1 + last.1, before.2 + last.2);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
    }
    let mut position = 0;
    for (weights, wishes, count) in pools {
        for _ in 0..count {
            items[layer[position]].at = wishes / weights + offsets[position];
            position += 1;
        }
    }
}

/// Where an item would like to be, and how strongly.
fn wish(items: &[Item], index: usize, forward: bool) -> (f64, f64) {
    let item = &items[index];
    let (first, second) = if forward { (&item.before, &item.after) } else { (&item.after, &item.before) };
    let neighbours = if first.is_empty() { second } else { first };
    if neighbours.is_empty() {
        return (item.at, 0.1);
    }
    let mean = neighbours.iter().map(|other| items[*other].at).sum::<f64>() / neighbours.len() as f64;
    (mean, if item.is_card { 1.0 } else { STRAIGHT })
}

/// The least distance between the middles of two items.
fn gap(one: &Item, other: &Item) -> f64 {
    let between = match (one.is_card, other.is_card) {
        (true, true) => CARD_GAP,
        (false, false) => EDGE_GAP,
        _ => PASSING_GAP,
    };
    one.half + between + other.half
}
