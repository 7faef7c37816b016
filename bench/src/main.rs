//! scratch
mod flowno;
mod measure;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let n: Vec<u64> = args[1..].iter().filter_map(|a| a.parse().ok()).collect();
    let m = match args[0].as_str() {
        "ring" => flowno::graphs::ring(n[0], n[1]),
        "ringa" => flowno::graphs::ring_async(n[0], n[1]),
        "fan" => flowno::graphs::fan(n[0], n[1]),
        "stream" => flowno::graphs::stream(n[0]),
        "sleep" => flowno::tasks::sleeps(n[0]),
        "yield" => flowno::tasks::yields(n[0]),
        "queue" => flowno::tasks::queue(n[0]),
        "join" => flowno::tasks::joins(n[0]),
        "chains" => flowno::updates::chains(n[0], n[1], n[2]),
        "tree" => flowno::updates::tree(n[0], n[1]),
        _ => panic!(),
    };
    println!("{:?} {:.1}", args, m.nanoseconds());
}
