//! Rows and columns, from what `table` is given.

use rhai::{Array, Dynamic, Map};

use super::{Refusal, Rich};
use crate::display::{cut_to, value_text};

/// How many rows a table shows.
pub(super) const ROWS_MAX: usize = 60;

/// How many columns: more than any window shows at once.
pub(super) const COLUMNS_MAX: usize = 60;

/// How much of a cell's text is shown, in bytes: a table of it all stays far below what a front end bears.
const CELL_MAX: usize = 200;

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cell {
    pub(super) text: String,
    /// Numbers stand at the right.
    pub(super) is_number: bool,
}

/// Rows and columns that can be shown, and how many there are in all.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rows {
    /// The columns' names; empty if they have none.
    pub(super) columns: Vec<String>,
    pub(super) cells: Vec<Vec<Cell>>,
    /// How many rows there are, shown or not.
    pub(super) rows_in_all: usize,
    /// How many columns.
    pub(super) columns_in_all: usize,
}

impl Rows {
    /// An empty table with these columns.
    pub(crate) fn new<T: Into<String>>(columns: impl IntoIterator<Item = T>) -> Self {
        let mut columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let columns_in_all = columns.len();
        columns.truncate(COLUMNS_MAX);
        Self { columns, columns_in_all, ..Self::default() }
    }

    /// Adds a row. What is more than a table shows is only counted.
    pub(crate) fn push<T: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows_in_all += 1;
        if self.cells.len() < ROWS_MAX {
            let cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
            self.columns_in_all = self.columns_in_all.max(cells.len());
            self.cells.push(cells.into_iter().take(COLUMNS_MAX).collect());
        }
    }

    /// The rows of a script's value: an array of maps, of arrays or of single values, or a map of columns. `columns`
    /// says which to show, and in which order.
    ///
    /// # Errors
    ///
    /// When the value is none of these.
    pub(crate) fn of(value: &Dynamic, columns: Option<&[String]>) -> Result<Self, Refusal> {
        if let Some(rows) = value.read_lock::<Array>() {
            return Ok(match rows.first() {
                Some(first) if first.is_map() => Self::of_maps(&rows, columns),
                Some(first) if first.is_array() => Self::of_arrays(&rows, columns),
                _ => Self::of_values(&rows, columns),
            });
        }
        if let Some(map) = value.read_lock::<Map>() {
            return Ok(match !map.is_empty() && map.values().all(Dynamic::is_array) {
                true => Self::of_columns(&map, columns),
                false => Self::of_fields(&map),
            });
        }
        Err(format!(
            "table takes an array of maps, an array of arrays or a map of columns, not {}",
            value_text(value)
        ))
    }

    fn of_maps(rows: &Array, columns: Option<&[String]>) -> Self {
        let keys = |row: &Dynamic| -> Vec<String> {
            row.read_lock::<Map>()
                .map(|map| map.keys().map(ToString::to_string).collect())
                .unwrap_or_default()
        };
        let mut names = columns.map(<[String]>::to_vec).unwrap_or_default();
        if columns.is_none() {
            for key in rows.iter().take(ROWS_MAX).flat_map(keys) {
                if !names.contains(&key) {
                    names.push(key);
                }
            }
        }
        let mut table = Self::new(names.clone());
        for row in rows {
            match row.read_lock::<Map>() {
                Some(map) => {
                    table.push(
                        names.iter().map(|name| map.get(name.as_str()).map(Cell::of).unwrap_or_default()),
                    );
                }
                None => table.push([Cell::of(row)]),
            }
        }
        table
    }

    fn of_arrays(rows: &Array, columns: Option<&[String]>) -> Self {
        let mut table = Self::new(columns.unwrap_or_default());
        for row in rows {
            match row.read_lock::<Array>() {
                Some(cells) => table.push(cells.iter().take(table.width(&cells)).map(Cell::of)),
                None => table.push([Cell::of(row)]),
            }
            if let Some(cells) = row.read_lock::<Array>() {
                table.columns_in_all = table.columns_in_all.max(cells.len());
            }
        }
        table
    }

    /// How many cells of a row are looked at.
    fn width(&self, cells: &Array) -> usize {
        cells.len().min(COLUMNS_MAX)
    }

    fn of_values(rows: &Array, columns: Option<&[String]>) -> Self {
        let mut table = Self::new(columns.unwrap_or_default());
        rows.iter().for_each(|row| table.push([row]));
        table
    }

    fn of_columns(map: &Map, columns: Option<&[String]>) -> Self {
        let names = match columns {
            Some(columns) => columns.to_vec(),
            None => map.keys().map(ToString::to_string).collect(),
        };
        let mut table = Self::new(names.clone());
        let read: Vec<_> =
            names.iter().map(|name| map.get(name.as_str()).and_then(|c| c.read_lock::<Array>())).collect();
        let rows = read.iter().flatten().map(|column| column.len()).max().unwrap_or(0);
        for row in 0..rows {
            table.push(read.iter().map(|column| {
                column.as_ref().and_then(|column| column.get(row)).map(Cell::of).unwrap_or_default()
            }));
        }
        table
    }

    fn of_fields(map: &Map) -> Self {
        let mut table = Self::default();
        map.iter().for_each(|(key, value)| table.push([Cell::from(key.as_str()), Cell::of(value)]));
        table
    }
}

impl Cell {
    /// A value as a cell shows it: a string without quotes.
    fn of(value: &Dynamic) -> Self {
        let text = match (value.as_immutable_string_ref(), value.read_lock::<Rich>()) {
            (Ok(text), _) => text.to_string(),
            (_, Some(rich)) => rich.summary().to_owned(),
            _ if value.is_unit() => String::new(),
            _ => value_text(value),
        };
        Self { is_number: value.is_int() || value.is_float(), ..Self::from(text.as_str()) }
    }
}

impl From<&Dynamic> for Cell {
    fn from(value: &Dynamic) -> Self {
        Self::of(value)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self { text: cut_to(text, CELL_MAX).into_owned(), is_number: false }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self { text: number.to_string(), is_number: true }
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self { text: number.to_string(), is_number: true }
    }
}
