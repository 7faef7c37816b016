//! The graph as a picture: `flow`, `flow.graph()`, `flow.graph("mermaid")`.
//!
//! The picture is an SVG inside `text/html`, where it can have tooltips and take the colours of the page; where HTML is not
//! shown, the same as an image, and the text. Every text in it is escaped.
//!
//! | file | what it does |
//! | --- | --- |
//! | `model.rs` | what is drawn, taken from the flow |
//! | `layout.rs` | where it stands |
//! | `svg.rs` | the picture |
//! | `mermaid.rs` | the same as a Mermaid diagram |

mod layout;
mod mermaid;
mod model;
mod svg;

use std::cell::RefCell;

use self::layout::Layout;
use self::model::Model;
use crate::console::plain;
use crate::event::MimeBundle;
use crate::rich::Rich;
use crate::world::World;

pub(crate) use self::mermaid::mermaid;

/// More nodes are not drawn: a browser would take seconds for the picture, and nobody would find anything in it.
const NODES_DRAWN_MAX: usize = 1_000;

/// The layout of the graph that was drawn last: as long as the wiring stays, a picture only gets other texts.
#[derive(Default)]
pub(crate) struct Drawn(RefCell<Option<(Model, Layout)>>);

impl World {
    /// All that is shown of the graph.
    pub(crate) fn graph_bundle(&self) -> MimeBundle {
        let mut bundle = plain(&self.flow_text());
        let model = Model::of(&self.flow);
        if model.nodes.is_empty() {
            return bundle;
        }
        if model.nodes.len() > NODES_DRAWN_MAX {
            let many = format!(
                "<p>A graph of {} nodes is too large to draw; flow.nodes() lists them.</p>",
                model.nodes.len()
            );
            bundle.insert("text/html".to_owned(), many.into());
            return bundle;
        }
        let mut drawn = self.drawn.0.borrow_mut();
        let layout = match drawn.take() {
            Some((known, layout)) if known.is_wired_as(&model) => layout,
            _ => Layout::of(&model),
        };
        let picture = svg::picture(&model, &layout);
        *drawn = Some((model, layout));
        bundle.insert("image/svg+xml".to_owned(), picture.clone().into());
        bundle.insert("text/html".to_owned(), svg::in_html(&picture).into());
        bundle
    }

    /// The graph as a Mermaid diagram.
    pub(crate) fn graph_as_mermaid(&self) -> Rich {
        let source = mermaid(&Model::of(&self.flow));
        Rich::new("Mermaid diagram", source.clone(), [("text/vnd.mermaid", source.into())])
    }
}
