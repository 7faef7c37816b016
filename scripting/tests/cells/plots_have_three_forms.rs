use crate::common::Notebook;
use crate::common::bundles::{text, types};

const VEGA_LITE: &str = "application/vnd.vegalite.v5+json";

#[test]
fn a_plot_is_text_svg_and_vega_lite() {
    let data = Notebook::new().bundle("plot([1, 3, 2])");
    assert_eq!(types(&data), ["text/plain", "image/svg+xml", VEGA_LITE]);
    assert_eq!(text(&data, "text/plain"), "line plot of 3 points\n▁█▅  x 0 to 2, y 1 to 3");
    assert!(text(&data, "image/svg+xml").starts_with("<svg "), "{}", text(&data, "image/svg+xml"));
    let points = &data[VEGA_LITE]["data"]["values"];
    assert_eq!(
        *points,
        serde_json::json!([{"x": 0.0, "y": 1.0}, {"x": 1.0, "y": 3.0}, {"x": 2.0, "y": 2.0}])
    );
}

#[test]
fn points_may_be_pairs_two_arrays_or_a_map() {
    let notebook = Notebook::new();
    let x_of = |code: &str| notebook.bundle(code)[VEGA_LITE]["data"]["values"][1]["x"].as_f64();
    assert_eq!(x_of("plot([[5, 1], [6, 2]])"), Some(6.0));
    assert_eq!(x_of("plot([5, 6], [1, 2])"), Some(6.0));
    assert_eq!(x_of("plot(#{ x: [5, 6], speed: [1, 2] })"), Some(6.0));
    let data = notebook.bundle(
        "plot(#{ a: [1, 2], b: [3, 4], kind: \"bars\", title: \"Two\", x_label: \"day\", y_label: \"count\" })",
    );
    let spec = &data[VEGA_LITE];
    assert_eq!((&spec["title"], &spec["mark"]["type"]), (&"Two".into(), &"bar".into()));
    assert_eq!(spec["encoding"]["x"]["title"], "day");
    assert_eq!(spec["encoding"]["color"]["field"], "series");
    assert!(text(&data, "text/plain").starts_with("bars plot of 4 points, 2 series\nTwo\na ▁█"));
}

#[test]
fn every_kind_is_drawn() {
    let notebook = Notebook::new();
    for kind in ["line", "points", "bars", "area"] {
        let data = notebook.bundle(&format!("plot(#{{ a: [1, -2, 3], b: [2, 2, 2], kind: {kind:?} }})"));
        let svg = text(&data, "image/svg+xml");
        assert!(svg.contains("#0072B2") && svg.contains("#D55E00"), "both series in {kind}: {svg}");
    }
}

#[test]
fn names_are_escaped_in_svg() {
    let data = Notebook::new().bundle(r#"plot(#{ "<script>&": [1, 2], title: "<b>", x_label: "</svg>" })"#);
    let svg = text(&data, "image/svg+xml");
    assert!(!svg.contains("<script") && !svg.contains("<b>"), "{svg}");
    assert_eq!(svg.matches("</svg>").count(), 1, "{svg}");
}

#[test]
fn gaps_and_odd_numbers_do_no_harm() {
    let notebook = Notebook::new();
    for code in [
        "plot([])",
        "plot([7])",
        "plot([7, 7, 7])",
        "plot([1, (), 3])",
        "plot([0.0/0.0, 1.0/0.0])",
        "plot([1e308, -1e308])",
        "plot([1e16, 1e16 + 2.0])",
        "plot([1e-320, 0.0])",
        "plot([1, 2], [1e300, 2e300])",
    ] {
        let data = notebook.bundle(code);
        assert!(text(&data, "text/plain").starts_with("line plot of"), "{code}");
    }
    let data = notebook.bundle("plot([1, (), 3])");
    assert!(data[VEGA_LITE]["data"]["values"][1]["y"].is_null());
}

#[test]
fn many_points_are_thinned_and_no_peak_is_lost() {
    let code = "let ys = []; for i in 0..100000 { ys.push(0); } ys[5000] = 9; ys[70000] = -9; plot(ys)";
    let data = Notebook::new().bundle(code);
    let points = data[VEGA_LITE]["data"]["values"].as_array().unwrap();
    assert!(points.len() <= 2_000, "{}", points.len());
    let ys: Vec<f64> = points.iter().filter_map(|point| point["y"].as_f64()).collect();
    assert!(ys.contains(&9.0) && ys.contains(&-9.0));
    assert!(text(&data, "text/plain").contains("of 100000 points drawn"), "{data:?}");
}

#[test]
fn what_cannot_be_plotted_is_refused() {
    let notebook = Notebook::new();
    for (code, message) in [
        ("plot(\"text\")", "plot takes arrays of numbers or a map"),
        ("plot([1, \"two\"])", "plot takes numbers, and \"two\" is none"),
        ("plot([1, 2], [1])", "plot takes as many x as y: here are 2 and 1"),
        ("plot([[1, 2, 3]])", "a point of a plot is a number or a pair"),
        ("plot(#{})", "plot found no series"),
        ("plot(#{ a: [1], kind: \"pie\" })", "plot's kind is"),
        ("plot(#{ a: [1], colour: \"red\" })", "plot has no option colour"),
    ] {
        let error = notebook.error(code);
        assert_eq!(error.name, "ValueError", "{code}");
        assert!(error.message.contains(message), "{code}: {}", error.message);
    }
}

#[test]
fn the_same_plot_is_the_same_bytes() {
    let code = "plot(#{ a: [1, 2.5, 3], title: \"T\" })";
    assert_eq!(Notebook::new().bundle(code), Notebook::new().bundle(code));
}
