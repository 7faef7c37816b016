//! The graph as a picture: `flow`, `flow.graph()`, `flow.graph("mermaid")`.
//!
//! The picture is an SVG inside `text/html`, where it can have tooltips and take the colours of the page; where HTML is not
//! shown, the same as an image, and the text. Every text in it is escaped.
//!
//! | file | what it does |
//! | --- | --- |
//! | `model.rs` | what is drawn, taken from the flow |
//! | `layout.rs` | where it stands |
//! | `clustered.rs` | that of a small graph, by dagre, with templates around their nodes |
//! | `layered.rs`, `compact.rs` | that of a large one: layers, their order, and how near all stands |
//! | `route.rs` | where edges begin and end, and their curves |
//! | `svg.rs` | the picture |
//! | `mermaid.rs` | the same as a Mermaid diagram |

mod clustered;
mod compact;
mod layered;
mod layout;
mod mermaid;
mod model;
mod route;
mod svg;

use std::cell::RefCell;

use self::layout::Layout;
use self::model::Model;
use crate::console::plain;
use crate::display::cut;
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
    /// All that is shown of the graph. `last`: not one of many pictures that follow each other, which come without the image.
    pub(crate) fn graph_bundle(&self, last: bool) -> MimeBundle {
        let nodes = self.flow.nodes().len();
        if nodes == 0 {
            return plain(&self.flow_text());
        }
        if nodes > NODES_DRAWN_MAX {
            return self.too_large(nodes);
        }
        let model = Model::of(&self.flow);
        if model.nodes.len() > NODES_DRAWN_MAX {
            return self.too_large(model.nodes.len());
        }
        let mut bundle = plain(&cut(&format!("{}{}", self.flow_text(), model.edges_text())));
        let mut drawn = self.drawn.0.borrow_mut();
        let layout = match drawn.take() {
            Some((known, layout)) if known.is_wired_as(&model) => layout,
            _ => Layout::of(&model),
        };
        let picture = svg::picture(&model, &layout);
        let html = svg::in_html(&picture, &layout);
        *drawn = Some((model, layout));
        if last {
            bundle.insert("image/svg+xml".to_owned(), picture.into());
        }
        bundle.insert("text/html".to_owned(), html.into());
        bundle
    }

    /// What is shown of a graph that is not drawn.
    fn too_large(&self, nodes: usize) -> MimeBundle {
        let many = format!("<p>A graph of {nodes} nodes is too large to draw; flow.nodes() lists them.</p>");
        let mut bundle = plain(&cut(&self.flow_text()));
        bundle.insert("text/html".to_owned(), many.into());
        bundle
    }

    /// The graph as a Mermaid diagram.
    pub(crate) fn graph_as_mermaid(&self) -> Rich {
        let source = mermaid(&Model::of(&self.flow));
        Rich::new("Mermaid diagram", source.clone(), [("text/vnd.mermaid", source.into())])
    }
}
