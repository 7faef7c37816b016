//! What something is: the text of `help(x)` and of Shift-Tab.

use std::rc::Rc;

use super::cursor::{Cursor, Link, Place};
use super::page::Page;
use super::subject::{Known, Subject};
use crate::display::{node_text, value_text};
use crate::event::MimeBundle;
use crate::source::{Outputs, Parameter, is_name_char};
use crate::suggest::did_you_mean;
use crate::words::{Word, groups, named};
use crate::world::World;

impl World {
    /// What is known of the word at a cursor, or of the call that it is in the parentheses of; `None` if nothing is.
    /// With `detail`, examples and sources too.
    pub(crate) fn inspect(&self, code: &str, cursor: usize, detail: bool) -> Option<MimeBundle> {
        let at = Cursor::new(code, end_of_word(code, cursor))?;
        let mut page = match &at.place {
            Place::Name if !at.word.is_empty() => self.about(None, &at.word, detail),
            Place::Member(links) if !at.word.is_empty() => self.about(Some(links), &at.word, detail),
            Place::NodeName if !at.word.is_empty() => self.about_node(&Rc::from(at.word.as_str()), detail),
            _ => Page::default(),
        };
        if page.is_empty()
            && let Some(links) = Cursor::new(code, cursor)?.open_call()
            && let Some((Link::Name(name), before)) = links.split_last()
        {
            page = self.about((!before.is_empty()).then_some(before), name, detail);
        }
        (!page.is_empty()).then(|| page.bundle())
    }

    /// `help()`: all there is.
    pub(crate) fn overview(&self) -> MimeBundle {
        let mut page = Page::default().text(
            "A cell is [Rhai](https://rhai.rs/book) plus `node`, `template`, `yield` and `flow`. `help(\"word\")` explains a \
             word, `help(Type)` a node type, `help(flow.a)` a node; Tab completes, Shift-Tab explains.",
        );
        for (title, words) in groups() {
            let mut names: Vec<String> = words.iter().map(|word| format!("`{}`", word.name)).collect();
            names.dedup();
            page = page.heading(title).text(&names.join(", "));
        }
        page.bundle()
    }

    /// `help("word")`; `None` if there is no such word.
    pub(crate) fn help_on_word(&self, word: &str) -> Option<MimeBundle> {
        let mut page = self.about_subject(&self.subject_of_name(word), word, true);
        if page.is_empty() {
            page = pages(named(word), true);
        }
        if page.is_empty() && self.flow.node(word).is_some() {
            page = self.about_node(&Rc::from(word), true);
        }
        (!page.is_empty()).then(|| page.bundle())
    }

    /// "; did you mean `sleep`?", if a word or node type has nearly this name.
    pub(crate) fn meant(&self, mistyped: &str) -> String {
        let definitions = self.definitions.borrow();
        let types = definitions.node_types().map(|of| of.header.name.as_str());
        did_you_mean(mistyped, crate::words::words().map(|word| word.name).chain(types))
    }

    /// `help(flow.a)`.
    pub(crate) fn help_on_node(&self, name: &Rc<str>) -> MimeBundle {
        self.about_node(name, true).bundle()
    }

    /// What is no node of the flow: a draft, a node of a template.
    pub(crate) fn help_on_name(&self, text: &str) -> MimeBundle {
        let page = Page::default().code(text);
        page.text("A node to be: wire it with `flow.name = ...`.").bundle()
    }

    /// `help(Add)`.
    pub(crate) fn help_on_type(&self, name: &str) -> MimeBundle {
        self.about_type(name, true).bundle()
    }

    /// A name, after the expression `links` if there is one.
    fn about(&self, links: Option<&[Link]>, name: &str, detail: bool) -> Page {
        let Some(links) = links else {
            let page = self.about_subject(&self.subject_of_name(name), name, detail);
            if !page.is_empty() {
                return page;
            }
            return pages(named(name).filter(|word| word.is_free()), detail);
        };
        match self.subject(links) {
            Subject::Flow => match pages(named(name).filter(|word| word.is_on("flow")), detail) {
                page if page.is_empty() => self.about_node(&Rc::from(name), detail),
                page => page,
            },
            Subject::Node(node) => match pages(named(name).filter(|word| word.is_on("node")), detail) {
                page if page.is_empty() => match self.part_of(&node, name) {
                    Subject::Node(inner) => self.about_node(&inner, detail),
                    _ => self.about_output(&node, name),
                },
                page if name == "value" => page.and(&self.about_node(&node, detail)),
                page => page,
            },
            Subject::Output(..) => pages(named(name).filter(|word| word.is_on("node")), detail),
            Subject::Value(known) if known.kind != "any" => {
                pages(named(name).filter(|word| word.is_on(known.kind) || word.is_on("any")), detail)
            }
            _ => pages(named(name).filter(|word| !word.on.is_empty()), detail),
        }
    }

    fn about_subject(&self, subject: &Subject, name: &str, detail: bool) -> Page {
        match subject {
            Subject::Flow => pages(named("flow"), detail),
            Subject::Value(known) => about_value(name, known),
            Subject::NodeType(name) => self.about_type(name, detail),
            Subject::Function(name) => self.about_function(name),
            Subject::Node(_) | Subject::Output(..) | Subject::Unknown => Page::default(),
        }
    }

    fn about_function(&self, name: &str) -> Page {
        let definitions = self.definitions.borrow();
        let mut page = Page::default();
        for function in definitions.functions().filter(|function| function.name == name) {
            let parameters = function.params.join(", ");
            page = page.code(&format!("fn {name}({parameters})"));
            if let Some(cell) = function.cell {
                page = page.text(&format!("A function of {cell}."));
            }
        }
        page
    }

    fn about_type(&self, name: &str, detail: bool) -> Page {
        let Some(node_type) = self.definitions.borrow().node_type(name) else {
            return self.about_template(name, detail);
        };
        let header = &node_type.header;
        let mut page =
            Page::default().code(&format!("node {}{}", node_type.usage(), outputs(&header.outputs)));
        page = page.text(header.doc.as_deref().unwrap_or_default());
        let kind = match (header.streaming, header.state.is_some()) {
            (true, true) => "A streaming node with a state",
            (true, false) => "A streaming node",
            (false, true) => "A node with a state",
            (false, false) => "A node",
        };
        page = page.text(&format!("{kind}, defined in {}.", node_type.cell.label()));
        let ports: Vec<String> = header.parameters.iter().map(port).collect();
        if !ports.is_empty() {
            page = page.text(&ports.join("\n"));
        }
        if detail && let Some(source) = node_type.cell.characters(header.span.clone()) {
            page = page.code(&source);
        }
        page
    }

    fn about_template(&self, name: &str, detail: bool) -> Page {
        let Some(template) = self.definitions.borrow().template(name) else { return Page::default() };
        let page = Page::default().code(&format!("template {}", template.usage()));
        let page = page.text(template.header.doc.as_deref().unwrap_or_default());
        let page = page.text(&format!("A template, defined in {}.", template.cell.label()));
        match template.cell.characters(template.header.span.clone()).filter(|_| detail) {
            Some(source) => page.code(&source),
            None => page,
        }
    }

    fn about_node(&self, name: &Rc<str>, detail: bool) -> Page {
        let Some(node) = self.flow.node(name) else {
            let page = Page::default().code(&format!("flow.{name}"));
            return page.text(&format!("No cell defines `{name}` yet: `flow.{name} = ...`"));
        };
        let type_name =
            self.flow.signature(node).map(|signature| signature.type_name.to_string()).unwrap_or_default();
        let mut page = Page::default().code(&format!("flow.{name}: {type_name}"));
        let generation = match self.flow.generation(node) {
            Some(generation) => format!("generation {generation}"),
            None => "not run yet".to_owned(),
        };
        page = page.text(&format!("`{}`, {generation}", crate::display::status_word(&self.flow, node)));
        page = page.code(&node_text(&self.flow, node, false));
        let list = |what: &str, names: Vec<Rc<str>>| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            if names.is_empty() { String::new() } else { format!("{what} {}. ", names.join(", ")) }
        };
        let reads = list("Reads", self.flow.input_nodes(node));
        let read_by = list("Is read by", self.flow.output_nodes(node));
        page = page.text(format!("{reads}{read_by}").trim_end());
        page.and(&self.about_type(&type_name, detail))
    }

    fn about_output(&self, node: &Rc<str>, output: &str) -> Page {
        let Some(id) = self.flow.node(node) else { return Page::default() };
        let Some(index) = self.flow.signature(id).and_then(|signature| signature.output_index(output)) else {
            return Page::default();
        };
        let page =
            Page::default().code(&format!("flow.{node}.{output}")).text(&format!("An output of `{node}`."));
        let value = self.flow.value(id);
        match value.as_ref().and_then(|outputs| outputs.get(index)) {
            Some(value) => page.code(&value_text(&value.0)),
            None => page,
        }
    }
}

fn pages(rows: impl Iterator<Item = &'static Word>, detail: bool) -> Page {
    rows.fold(Page::default(), |page, row| page.and(&about_word(row, detail)))
}

fn about_word(word: &Word, detail: bool) -> Page {
    let page = Page::default().code(word.signature).text(word.doc);
    match detail && !word.example.is_empty() {
        true => page.code(word.example),
        false => page,
    }
}

fn about_value(name: &str, known: &Known) -> Page {
    let page = Page::default().code(&format!("{name}: {}", known.kind));
    match &known.text {
        Some(text) => page.code(text),
        None => page.text("A cell that runs has it just now."),
    }
}

/// `- x: int = 0`.
fn port(parameter: &Parameter) -> String {
    let stream = if parameter.stream { "a stream" } else { "an input" };
    let value_type = parameter.value_type.map(|of| format!(" of type `{}`", of.name())).unwrap_or_default();
    let default = parameter.default.as_ref().map(|default| format!(", by default `{}`", default.text));
    format!("- `{}`: {stream}{value_type}{}", parameter.name, default.unwrap_or_default())
}

fn outputs(outputs: &Outputs) -> String {
    let typed = |output: &crate::source::Output| match output.value_type {
        Some(of) => format!("{}: {}", output.name, of.name()),
        None => output.name.clone(),
    };
    match outputs {
        Outputs::Undeclared => String::new(),
        Outputs::Single(of) => format!(" -> {}", of.name()),
        Outputs::Named(named) => format!(" -> ({})", named.iter().map(typed).collect::<Vec<_>>().join(", ")),
    }
}

/// The end of the word that the cursor is in or at.
fn end_of_word(code: &str, cursor: usize) -> usize {
    let rest = code.chars().skip(cursor).take_while(|c| is_name_char(*c)).count();
    cursor.min(code.chars().count()) + rest
}
