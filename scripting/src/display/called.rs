//! What messages call a value of a type that has no name in the language: `queue`, where Rhai knows Rust's name.

/// What messages call a value whose type Rhai calls this.
pub(crate) fn called(type_name: &str) -> String {
    own_kind(type_name).unwrap_or_else(|| match type_name {
        "Fn" => "function".to_owned(),
        // Those of Rhai's types that are generic in Rust are ranges.
        generic if generic.contains('<') => "range".to_owned(),
        named => named.to_owned(),
    })
}

/// `task` for what scripts hold of a task, `event stream`, `lock` and so on, by the names of our own types; `None` for
/// others.
pub(super) fn own_kind(type_name: &str) -> Option<String> {
    let is_ours = type_name.starts_with("flowno_");
    let name = type_name.split('<').next()?.rsplit("::").next().filter(|_| is_ours)?;
    let kind = match name {
        "Reference" => "node",
        "FlowHandle" => "flow",
        "GroupHandle" => "flow of a template",
        "TypeValue" => "node type",
        "Rich" => "display",
        "UntilEmpty" => "queue",
        _ => return Some(in_words(name.strip_prefix("Script").unwrap_or(name))),
    };
    Some(kind.to_owned())
}

/// `EventStream` as `event stream`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}
