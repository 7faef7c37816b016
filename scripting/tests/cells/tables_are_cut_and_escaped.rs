use crate::common::Notebook;
use crate::common::bundles::text;

/// The lines of a table's text.
fn lines(code: &str) -> Vec<String> {
    let data = Notebook::new().bundle(code);
    text(&data, "text/plain").lines().map(str::to_owned).collect()
}

#[test]
fn rows_may_be_maps_arrays_or_values() {
    assert_eq!(
        lines(r#"table([#{ name: "Ada", age: 36 }, #{ name: "Grace", born: 1906 }])"#),
        [" age  name   born", "  36  Ada", "      Grace  1906"]
    );
    assert_eq!(lines("table([[1, 2], [30, 40, 50]])"), ["  1   2", " 30  40  50"]);
    assert_eq!(lines("table([1, 2])"), [" 1", " 2"]);
    assert_eq!(lines("table(#{ x: [1, 2], y: [3] })"), [" x  y", " 1  3", " 2"]);
    assert_eq!(lines("table(#{ x: 1, y: \"b\" })"), [" x  1", " y  b"]);
    assert_eq!(lines("table([])"), ["no rows"]);
}

#[test]
fn columns_can_be_chosen() {
    assert_eq!(lines(r#"table([#{ a: 1, b: 2, c: 3 }], ["c", "a", "none"])"#), [" c  a  none", " 3  1"]);
    assert_eq!(lines(r#"table([[1, 2]], ["x", "y"])"#), [" x  y", " 1  2"]);
}

#[test]
fn wide_characters_keep_columns_in_line() {
    assert_eq!(lines(r#"table([["日本", 1], ["ab", 2]])"#), [" 日本  1", " ab    2"]);
}

#[test]
fn sixty_rows_and_columns_are_shown() {
    let shown = lines("let rows = []; for i in 0..1000 { rows.push([i]); } table(rows)");
    assert_eq!(shown.len(), 61);
    assert_eq!(shown.last().unwrap(), "60 of 1000 rows shown");
    let wide = lines("let row = []; for i in 0..100 { row.push(i); } table([row])");
    assert_eq!(wide.last().unwrap(), "60 of 100 columns shown");
    let data = Notebook::new().bundle("let rows = []; for i in 0..61 { rows.push([i]); } table(rows)");
    assert_eq!(text(&data, "text/html").matches("<tr>").count(), 60);
    assert!(text(&data, "text/html").ends_with("<p>60 of 61 rows shown</p>"));
}

#[test]
fn what_stands_in_cells_is_escaped() {
    let data =
        Notebook::new().bundle(r#"table([#{ "<script>": "<img src=x onerror='alert(1)'> & \"more\"" }])"#);
    let html = text(&data, "text/html");
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("&lt;img src=x onerror=&#39;alert(1)&#39;&gt; &amp; &quot;more&quot;"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img"));
}

#[test]
fn control_characters_and_newlines_stay_in_their_cell() {
    assert_eq!(lines("table([[\"a\\nb\\x1b[31m\", 1]])"), [" a⏎b\u{fffd}[31m  1"]);
}

#[test]
fn other_values_are_refused() {
    let error = Notebook::new().error("table(7)");
    assert_eq!(error.name, "ValueError");
    assert!(error.message.starts_with("table takes an array of maps"), "{}", error.message);
}

#[test]
fn long_cells_are_cut() {
    let data = Notebook::new().bundle(r#"let s = "xxxxxxxxxx"; for i in 0..10 { s += s; } table([[s]])"#);
    assert!(text(&data, "text/html").len() < 500);
    assert!(text(&data, "text/html").contains("more characters"));
}
