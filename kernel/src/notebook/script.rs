//! Scripts: the cells of a notebook one after another in a `.rhai` file, each begun by a line `// %%`.
//!
//! These are the marks of the "percent format" that Jupytext, VS Code and others know. Text cells are comments, tags
//! stand behind the mark as JSON; outputs are not kept. A line of a cell that looks like a mark has one more `// ` in the
//! file. A file without marks is one cell, lines as they are, so that
//! errors name the file's lines. A first line `#!` is for the shell: `#!/usr/bin/env -S flowno run` makes a program of it.
//!
//! <https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format>

use serde_json::{Value, json};

use super::{Notebook, code_cell, text};

/// What keeps a line from being a mark.
const COMMENT: &str = "// ";

/// What names the program that runs the file, in its first line.
const SHEBANG: &str = "#!";

/// What begins a cell.
const MARK: &str = "// %%";

/// What says behind the mark that the cell is text.
const MARKDOWN: &str = "[markdown]";

/// What comes before a cell's tags.
const TAGS: &str = "tags=";

impl Notebook {
    /// The notebook that a script makes.
    pub(super) fn from_script(script: &str) -> Self {
        let mut notebook = Self::new();
        let mut cells = Cells::default();
        for (number, line) in script.lines().enumerate() {
            if number == 0 && line.starts_with(SHEBANG) {
                cells.lines.push("");
                continue;
            }
            match line.strip_prefix(MARK) {
                Some(rest) => cells.begin(rest.trim()),
                // Without marks nothing was marked as no mark.
                None if cells.mark.is_some() => cells.lines.push(unescaped(line)),
                None => cells.lines.push(line),
            }
        }
        cells.end();
        let numbered = cells.done.into_iter().zip(1_usize..).map(|(mut cell, number)| {
            cell["id"] = json!(format!("cell-{number}"));
            cell
        });
        notebook.cells_mut().extend(numbered);
        notebook
    }

    /// The script that the notebook makes.
    pub fn to_script(&self) -> String {
        let cells: Vec<String> = self.cells().iter().map(script_of).collect();
        cells.join("\n")
    }
}

#[derive(Default)]
struct Cells<'a> {
    done: Vec<Value>,
    /// What the mark says of the cell that `lines` belong to; `None` before the first mark.
    mark: Option<&'a str>,
    lines: Vec<&'a str>,
}

impl<'a> Cells<'a> {
    fn begin(&mut self, mark: &'a str) {
        self.end();
        self.mark = Some(mark);
    }

    /// Completes the cell. Blank lines around it belong to the file, not to the cell, unless they number the file's.
    fn end(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let is_blank = |line: &&str| line.trim().is_empty();
        let Some(first) = lines.iter().position(|line| !is_blank(line)) else {
            if self.mark.is_some() {
                self.done.push(self.cell(String::new()));
            }
            return;
        };
        let last = lines.iter().rposition(|line| !is_blank(line)).unwrap_or(first);
        let first = if self.mark.is_some() { first } else { 0 };
        self.done.push(self.cell(lines[first..=last].join("\n")));
    }

    fn cell(&self, source: String) -> Value {
        let mark = self.mark.unwrap_or_default();
        if mark.contains(MARKDOWN) {
            let lines: Vec<&str> = source.lines().map(uncommented).collect();
            return json!({ "cell_type": "markdown", "metadata": {}, "source": lines.join("\n") });
        }
        let tags: Vec<String> =
            mark.split_once(TAGS).and_then(|(_, tags)| serde_json::from_str(tags).ok()).unwrap_or_default();
        code_cell(&source, &tags.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Whether a line would be read as a mark, or as a line that was kept from it.
fn is_like_mark(line: &str) -> bool {
    line.starts_with(MARK) || line.strip_prefix(COMMENT).is_some_and(is_like_mark)
}

fn escaped(line: &str) -> String {
    if is_like_mark(line) { format!("{COMMENT}{line}") } else { line.to_owned() }
}

fn unescaped(line: &str) -> &str {
    line.strip_prefix(COMMENT).filter(|rest| is_like_mark(rest)).unwrap_or(line)
}

fn uncommented(line: &str) -> &str {
    let text = line.strip_prefix("//").unwrap_or(line);
    text.strip_prefix(' ').unwrap_or(text)
}

fn script_of(cell: &Value) -> String {
    let source = text(&cell["source"]);
    let tags = &cell["metadata"]["tags"];
    let tags = match tags.as_array() {
        Some(list) if !list.is_empty() => format!(" {TAGS}{tags}"),
        _ => String::new(),
    };
    if cell["cell_type"] == "code" {
        let lines: Vec<String> = source.trim_end().split('\n').map(escaped).collect();
        return format!("{MARK}{tags}\n{}\n", lines.join("\n"));
    }
    let comments: Vec<String> =
        source.lines().map(|line| escaped(format!("{COMMENT}{line}").trim_end())).collect();
    format!("{MARK} {MARKDOWN}{tags}\n{}\n", comments.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "// %% [markdown]\n// # Title\n//\n// Text\n\n// %%\nlet x = 1;\n\nx\n\n\
                          // %% tags=[\"raises-exception\"]\nthrow 1;\n";

    #[test]
    fn a_script_and_its_notebook_are_one_another() {
        let notebook = Notebook::from_script(SCRIPT);
        assert_eq!(notebook.to_script(), SCRIPT);
        assert_eq!(notebook.cells()[0]["source"], "# Title\n\nText");
        let code = notebook.code();
        assert_eq!(code[0].source, "let x = 1;\n\nx");
        assert!(code[1].may_fail && !code[0].may_fail);
    }

    #[test]
    fn lines_that_look_like_marks_stay_in_their_cells() {
        let code = "let s = `\n// %%\n// %% [markdown]\n// // %%\n// // // %% x`;\n//// %%\n  // %%";
        let text = "# Title\n%%\n%% cell magic\n// %%\n// // %%";
        let mut notebook = Notebook::new();
        let markdown = json!({ "cell_type": "markdown", "metadata": {}, "source": text });
        notebook.cells_mut().extend([code_cell(code, &[]), markdown, code_cell("1", &[])]);
        let again = Notebook::from_script(&notebook.to_script());
        let sources: Vec<&str> = again.cells().iter().map(|cell| cell["source"].as_str().unwrap()).collect();
        assert_eq!(sources, [code, text, "1"]);
        assert_eq!(Notebook::from_script("1 // // %%\n// // %%").code()[0].source, "1 // // %%\n// // %%");
    }

    #[test]
    fn without_marks_it_is_one_cell() {
        let notebook = Notebook::from_script("#!/usr/bin/env -S flowno run\n\nlet x = 1;\n\nx\n");
        assert_eq!(notebook.cells().len(), 1);
        assert_eq!(notebook.code()[0].source, "\n\nlet x = 1;\n\nx");
        assert!(Notebook::from_script("\n \n").cells().is_empty());
    }

    #[test]
    fn what_stands_before_the_first_mark_is_a_cell() {
        let notebook = Notebook::from_script("1\n// %%\n2");
        let sources: Vec<_> = notebook.code().into_iter().map(|code| code.source).collect();
        assert_eq!(sources, ["1", "2"]);
    }
}
