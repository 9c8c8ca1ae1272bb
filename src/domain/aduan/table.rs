//! Reads the programme's tables: CSV with a header of dated notes.
//!
//! A table opens with lines `# key: value` (version, effective date, evidence mark, source), then one line of column
//! names, then the rows. Cells may be quoted; a doubled quote inside quotes is one quote. A cell with several values
//! separates them with `|`. What the columns mean is not known here.

use chrono::NaiveDate;

use crate::domain::iso;

/// Why a table could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is no line with column names.
    #[error("table has no header")]
    NoHeader,
    /// A quoted cell never ends.
    #[error("quote opened in line {line} is never closed")]
    OpenQuote {
        /// Line, counted from 1.
        line: usize,
    },
    /// A row has more or fewer cells than the header.
    #[error("line {line} has {found} cells instead of {expected}")]
    Width {
        /// Line, counted from 1.
        line: usize,
        /// Number of column names.
        expected: usize,
        /// Number of cells found.
        found: usize,
    },
    /// A note or a cell that the table needs is missing or means nothing.
    #[error("line {line}: {column} is missing or not understood")]
    Cell {
        /// Line, counted from 1; 0 for a note.
        line: usize,
        /// Name of the column or note.
        column: &'static str,
    },
}

/// A table as text: notes, column names and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    notes: Vec<(String, String)>,
    columns: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// One row with its column names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    columns: &'a [String],
    cells: &'a [String],
    line: usize,
}

impl Table {
    /// Reads a whole table; nothing is skipped silently.
    pub(super) fn parse(text: &str) -> Result<Self, TableError> {
        let mut table = Self { notes: Vec::new(), columns: Vec::new(), rows: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            if let Some(note) = line.strip_prefix('#') {
                if let Some((key, value)) = note.split_once(':') {
                    table.notes.push((key.trim().to_owned(), value.trim().to_owned()));
                }
            } else if !line.trim().is_empty() {
                let cells = cells(line).ok_or(TableError::OpenQuote { line: number })?;
                if table.columns.is_empty() {
                    table.columns = cells;
                } else if cells.len() == table.columns.len() {
                    table.rows.push((number, cells));
                } else {
                    let (expected, found) = (table.columns.len(), cells.len());
                    return Err(TableError::Width { line: number, expected, found });
                }
            }
        }
        if table.columns.is_empty() { Err(TableError::NoHeader) } else { Ok(table) }
    }

    /// The value of a note, such as `versi`.
    pub(super) fn note(&self, key: &'static str) -> Result<&str, TableError> {
        let found = self.notes.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str()).ok_or(TableError::Cell { line: 0, column: key })
    }

    /// The rows, from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { columns: &self.columns, cells, line: *line })
    }
}

impl<'a> Row<'a> {
    /// The cell under this column name, which may be empty.
    pub(super) fn cell(&self, column: &'static str) -> Result<&'a str, TableError> {
        let found = self.columns.iter().position(|name| name == column).and_then(|at| self.cells.get(at));
        found.map(|cell| cell.trim()).ok_or(self.error(column))
    }

    /// The cell read as a value of its own type.
    pub(super) fn parse<T: core::str::FromStr>(&self, column: &'static str) -> Result<T, TableError> {
        self.cell(column)?.parse().map_err(|_| self.error(column))
    }

    /// A cell that holds a date.
    pub(super) fn day(&self, column: &'static str) -> Result<NaiveDate, TableError> {
        iso::day(self.cell(column)?).ok_or_else(|| self.error(column))
    }

    /// A cell of exactly `true` or `false`.
    pub(super) fn flag(&self, column: &'static str) -> Result<bool, TableError> {
        self.parse(column)
    }

    /// The values of a cell separated by `|`, without empty ones.
    pub(super) fn list(&self, column: &'static str) -> Result<Vec<String>, TableError> {
        let parts = self.cell(column)?.split('|').map(str::trim).filter(|part| !part.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }

    /// The error that this cell means nothing.
    pub(super) fn error(&self, column: &'static str) -> TableError {
        TableError::Cell { line: self.line, column }
    }
}

fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut cells, '"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => push(&mut cells, other),
        }
    }
    (!is_quoted).then_some(cells)
}

fn push(cells: &mut [String], letter: char) {
    if let Some(last) = cells.last_mut() {
        last.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_doubled_quotes() {
        let table =
            Table::parse("# versi: 3\n# only a remark\na,b\n\"x, y\",\"say \"\"hi\"\"\"\r\n\n,z | w\n").unwrap();
        assert_eq!(table.note("versi"), Ok("3"));
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(rows[0].cell("a"), Ok("x, y"));
        assert_eq!(rows[0].cell("b"), Ok("say \"hi\""));
        assert_eq!(rows[1].cell("a"), Ok(""));
        assert_eq!(rows[1].list("b").unwrap(), ["z", "w"]);
        assert_eq!(rows[1].cell("c"), Err(TableError::Cell { line: 6, column: "c" }));
    }

    #[test]
    fn a_broken_table_is_refused_with_its_line() {
        assert_eq!(Table::parse("# versi: 1\n"), Err(TableError::NoHeader));
        assert_eq!(Table::parse("a,b\n1\n"), Err(TableError::Width { line: 2, expected: 2, found: 1 }));
        assert_eq!(Table::parse("a,b\n1,\"2\n"), Err(TableError::OpenQuote { line: 2 }));
        assert_eq!(Table::parse("a\n1").unwrap().note("versi"), Err(TableError::Cell { line: 0, column: "versi" }));
    }
}
