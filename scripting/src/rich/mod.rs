//! Values that display richly: `table(rows)`, `plot(xs)`, `html(text)` and their like.
//!
//! Such a value is a MIME bundle that is made once, where the script calls the constructor: it can be a cell's
//! result, go through `display`, lie in a variable, and flow along edges as any other value. Each bundle has a
//! `text/plain` in which nothing differs between two runs, and all that is not meant as markup is escaped.
//!
//! | file | what it makes |
//! | --- | --- |
//! | `value.rs` | [`Rich`], the value |
//! | `markup.rs` | `html`, `markdown`, `latex`, `svg`; escaping |
//! | `json.rs` | `json`, `vega`; scripts' values as JSON |
//! | `image.rs` | `image` |
//! | `rows.rs` | what `table` is given, as rows and columns |
//! | `table.rs` | `table` |
//! | `series.rs` | what `plot` is given, as series of points |
//! | `plot.rs` | `plot`: Vega-Lite and text |
//! | `draw.rs` | `plot` as SVG |
//! | `caption.rs` | the name of a node above its value |

mod caption;
mod draw;
mod image;
mod json;
mod markup;
mod plot;
mod rows;
mod series;
mod table;
mod value;

pub(crate) use self::caption::caption;
pub(crate) use self::image::image;
pub(crate) use self::json::{json, to_json, vega};
pub(crate) use self::markup::{escape, html, latex, markdown, svg};
pub(crate) use self::plot::plot;
pub(crate) use self::rows::{Cell, Rows};
pub(crate) use self::series::Chart;
pub(crate) use self::table::table;
pub(crate) use self::value::{Rich, weight};

/// Why there is no such value: what was expected, as a sentence.
pub(crate) type Refusal = String;
