//! What the flow refuses, as errors that stand where the node was written.
//!
//! A cell that redefines a type makes nodes anew that other cells wrote, and a template's nodes are written in its body. An
//! error about such a node leads from there, by way of its owner, to the running cell, as an error in a function does.

use std::rc::Rc;

use rhai::{EvalAltResult, Position};

use super::Path;
use super::changes::Changes;
use super::plan::{INNER, PlannedNode, plan, whole_name};
use crate::engine::flow::{EditError, TypeMismatch};
use crate::nodes::{NodeType, Site};
use crate::report::{CellText, add_places, error_map};
use crate::session::CellRun;
use crate::source::REFERENCE_MEMBERS;
use crate::suggest::did_you_mean;
use crate::world::World;

/// Where an error about a node stands.
pub(super) struct Stand {
    /// In the cell of the innermost layer; without any, in the running one.
    position: Position,
    /// From the inside outwards: what was written there and in which cell, and where that was come to.
    layers: Vec<(String, String, Position)>,
}

impl Stand {
    /// An error that stands there.
    pub(super) fn error(&self, kind: &str, message: &str) -> Box<EvalAltResult> {
        error_map(kind, message, self.position)
    }

    /// Leads an error that stands there to the running cell.
    pub(super) fn lead_out(self, error: Box<EvalAltResult>) -> Box<EvalAltResult> {
        let wrap = |error, (what, cell, position)| {
            EvalAltResult::ErrorInFunctionCall(what, cell, error, position).into()
        };
        self.layers.into_iter().fold(error, wrap)
    }
}

impl World {
    pub(super) fn no_further(
        &self,
        node: &str,
        path: &Path,
        output: &str,
        changes: &Changes,
    ) -> Box<EvalAltResult> {
        let message = format!("flow.{path}: {output} is an output, and outputs have nothing inside");
        let stand = self.stand(node, changes);
        let error = stand.error("NameError", &message);
        stand.lead_out(error)
    }

    pub(super) fn refusal(&self, error: &EditError, changes: &Changes) -> Box<EvalAltResult> {
        if let EditError::TypeMismatch(mismatch) = error {
            return self.mismatch(mismatch, changes);
        }
        let kind = match error {
            EditError::MissingDefault(_) => "MissingDefaultError",
            _ => "WiringError",
        };
        let hint = match error {
            EditError::NoSuchOutput { port, has, .. } => {
                did_you_mean(port, has.split(", ").chain(REFERENCE_MEMBERS))
            }
            _ => String::new(),
        };
        let stand = self.stand(error.node().map_or("", |node| node), changes);
        let raised = stand.error(kind, &format!("{}{hint}", with_users_names(&error.to_string())));
        stand.lead_out(raised)
    }

    /// An edge whose ends have different types, with the places that give them.
    fn mismatch(&self, mismatch: &TypeMismatch, changes: &Changes) -> Box<EvalAltResult> {
        let TypeMismatch { output, input } = mismatch;
        // An output without a name has its index.
        let output_text = match output.port.parse::<usize>() {
            Ok(0) => output.node.to_string(),
            _ => format!("output `{}`", output.port),
        };
        let message = format!(
            "{} cannot read {}: parameter `{}` takes {}, and {output_text} gives {}",
            input.node, output.node, input.parameter, input.port_type, output.port_type
        );
        let stand = self.stand(&input.node, changes);
        let mut places = Vec::new();
        if let Some(reader) = self.type_of_node(&input.node, changes) {
            let mut parameters = reader.header.parameters.iter();
            let parameter = parameters.find(|parameter| *parameter.name == *input.parameter);
            let what = format!("what {} takes", input.node);
            places.extend(parameter.map(|parameter| (reader.cell.label(), parameter.position, what)));
        }
        if let Some(producer) = self.type_of_node(&output.node, changes) {
            let position = producer.position_of_output(&output.port);
            places.push((producer.cell.label(), position, format!("what {} gives", output.node)));
        }
        let mut error = stand.error("TypeError", &message);
        add_places(&mut error, places);
        stand.lead_out(error)
    }

    /// The scripted type of a node that is there or about to be.
    fn type_of_node(&self, name: &str, changes: &Changes) -> Option<Rc<NodeType>> {
        let type_name = match changes.node(name) {
            Some(node) => node.body.signature().type_name.clone(),
            None => self.flow.signature(self.flow.node(name)?)?.type_name,
        };
        self.definitions.borrow().node_type(&type_name)
    }

    /// Where a name was assigned, now or by an earlier cell.
    pub(super) fn site_of(&self, owner: &str) -> Option<Site> {
        let now = self.with_cell(|cell| cell.places.get(owner).cloned()).flatten();
        now.or_else(|| self.wired.borrow().get(owner)?.site.clone())
    }

    /// Where a node was written: at the assignment, or where its call stands if that is inside of another.
    pub(super) fn stand(&self, node: &str, changes: &Changes) -> Stand {
        let owner: Rc<str> = whole_name(node).into();
        let mut places = Vec::new();
        if *owner != *node
            && let Some((site, template)) = self.written(&owner, node, changes)
        {
            let is_around = template.is_none() && self.is_running(&site);
            places.push((site, template.map(|name| format!("template {name}"))));
            if is_around {
                return Stand { position: places[0].0.position, layers: Vec::new() };
            }
        }
        let assigned = self.site_of(&owner);
        // A call in the line of the assignment shows that line already.
        let shows = |(site, template): &(Site, Option<String>), assigned: &Site| {
            template.is_none() && site.is_in_line_of(assigned)
        };
        let assigned =
            assigned.filter(|assigned| !places.first().is_some_and(|place| shows(place, assigned)));
        places.extend(assigned.map(|site| (site, None)));
        let redefined = changes.node(node).and_then(|node| {
            let name = node.body.signature().type_name.clone();
            let known = self.definitions.borrow().node_type(&name)?;
            let site = Site { cell: Some(known.cell.clone()), position: known.header.position };
            self.is_running(&site).then_some(site.position)
        });
        self.lead(&owner, places, redefined.unwrap_or(Position::NONE))
    }

    /// The way from the first of some places to the running cell, where `end` is what led there.
    fn lead(&self, owner: &str, places: Vec<(Site, Option<String>)>, end: Position) -> Stand {
        let position = places.first().map_or(Position::NONE, |(site, _)| site.position);
        let mut layers = Vec::new();
        for (index, (site, what)) in places.iter().enumerate() {
            if what.is_none() && self.is_running(site) {
                break;
            }
            let next = places.get(index + 1).map_or(end, |(site, _)| site.position);
            let is_last = index + 1 == places.len();
            let what = what.clone().unwrap_or_else(|| match is_last {
                true => format!("the wiring of {owner}"),
                false => format!("a call inside of {owner}"),
            });
            let label = site.cell.as_ref().map(CellText::label).unwrap_or_default();
            layers.push((what, label, next));
        }
        Stand { position, layers }
    }

    /// The call that makes an inner or anonymous node, and the template in whose body it stands.
    fn written(&self, owner: &Rc<str>, node: &str, changes: &Changes) -> Option<(Site, Option<Rc<str>>)> {
        let of = |node: &PlannedNode| Some((node.site.clone()?, node.template.clone()));
        if let Some(planned) = changes.node(node) {
            return of(planned);
        }
        let argument = self.wired.borrow().get(owner)?.argument.clone()?;
        let planned = plan(&self.weak, owner, &argument).ok()?;
        planned.nodes.iter().find(|planned| *planned.name == *node).and_then(of)
    }

    /// Where the call that makes a node was written last.
    pub(crate) fn site_of_call(&self, node: &str) -> Option<Site> {
        self.written(&whole_name(node).into(), node, &Changes::default()).map(|(site, _)| site)
    }

    fn is_running(&self, site: &Site) -> bool {
        let is_own = |cell: &mut CellRun| site.cell.as_ref().is_none_or(|own| own.is(&cell.text));
        self.with_cell(is_own).unwrap_or_default()
    }
}

/// A message in which nodes without a name of their own are called after the one in whose arguments they stand: `a#1#2` is a
/// call inside of `a`.
fn with_users_names(message: &str) -> String {
    let mut text = String::new();
    let mut rest = message;
    while let Some(at) = rest.find('#') {
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == INNER;
        let begin = rest[..at].rfind(|c| !is_name(c)).map_or(0, |before| before + 1);
        let end =
            rest[at..].find(|c: char| c != '#' && !c.is_ascii_digit()).map_or(rest.len(), |end| at + end);
        let is_nested = begin < at && end > at + 1;
        text.push_str(&rest[..if is_nested { begin } else { end }]);
        if is_nested {
            text.push_str("a call inside of ");
            text.push_str(&rest[begin..at]);
        }
        rest = &rest[end..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_calls_are_named_after_the_node_around() {
        assert_eq!(with_users_names("a#1#2: no `y`"), "a call inside of a: no `y`");
        assert_eq!(with_users_names("b -> t.first#1 -> b"), "b -> a call inside of t.first -> b");
        assert_eq!(with_users_names("a: # is #{ no } name"), "a: # is #{ no } name");
    }
}
