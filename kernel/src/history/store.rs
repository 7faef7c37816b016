//! The history in SQLite.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::Utc;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, params};
use thiserror::Error;
use wildmatch::WildMatch;

use super::place::{self, HistoryPlace};
use super::query::{Access, Entry, Query};

/// Cells kept in the file: years of work, some ten megabytes. The oldest sessions go first.
const KEPT_CELLS: u32 = 100_000;

/// A reply holds so many cells at most, and so many bytes. Consoles ask for a thousand cells.
const MAX_ENTRIES: usize = 10_000;
const MAX_REPLY_BYTES: usize = 8 << 20;

/// How long to wait while another kernel writes.
const BUSY: Duration = Duration::from_secs(2);

/// Grows when a file of the present layout cannot be read by older programs.
const LAYOUT: i64 = 1;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS cells (
        session INTEGER NOT NULL,
        line INTEGER NOT NULL,
        source TEXT NOT NULL,
        output TEXT,
        PRIMARY KEY (session, line)
    ) WITHOUT ROWID;";

/// The latest cells first.
const LATEST: &str = "SELECT session, line, source, output FROM cells ORDER BY session DESC, line DESC";

/// A file that cannot be used as a history.
#[derive(Debug, Error)]
pub(super) enum OpenError {
    #[error("cannot make the file")]
    Make(#[from] io::Error),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("it is of layout {0}, made by a newer flowno")]
    Newer(i64),
}

/// The open history.
pub(super) struct Store {
    connection: Connection,
    /// The number of this session, once it has one.
    session: Option<i64>,
}

impl Store {
    /// Opens the file, or else goes on in memory and says why in the log.
    ///
    /// # Errors
    ///
    /// When there is not even memory.
    pub(super) fn open(place: &HistoryPlace) -> Result<Self, OpenError> {
        if let Some(file) = place.file() {
            match Self::open_or_replace(&file) {
                Ok(store) => return Ok(store),
                Err(error) => {
                    tracing::error!("the history in {} cannot be used: {error}", file.display());
                }
            }
        }
        Self::set_up(Connection::open_in_memory()?)
    }

    /// Keeps the source of a cell of this session.
    pub(super) fn add_source(&mut self, line: u32, source: &str) -> rusqlite::Result<()> {
        let session = self.begin_session()?;
        let sql = "INSERT OR REPLACE INTO cells (session, line, source) VALUES (?, ?, ?)";
        self.connection.prepare_cached(sql)?.execute(params![session, line, source])?;
        Ok(())
    }

    /// Keeps the result of a cell of this session.
    pub(super) fn add_output(&mut self, line: u32, text: &str) -> rusqlite::Result<()> {
        let sql = "UPDATE cells SET output = ? WHERE session = ? AND line = ?";
        self.connection.prepare_cached(sql)?.execute(params![text, self.session, line])?;
        Ok(())
    }

    /// What was asked for, oldest first.
    pub(super) fn find(&self, query: &Query) -> rusqlite::Result<Vec<Entry>> {
        match &query.access {
            Access::Range { session, start, stop } => {
                let sql = "SELECT session, line, source, output FROM cells
                    WHERE session = ? AND line >= ? AND line < ? ORDER BY line";
                let stop = stop.unwrap_or(i64::MAX);
                let mut statement = self.connection.prepare_cached(sql)?;
                let rows = statement.query_map(params![self.absolute(*session)?, start, stop], entry)?;
                collect(rows, query.output, MAX_ENTRIES, |_| true)
            }
            Access::Tail { n } => self.latest(query.output, *n, |_| true),
            Access::Search { pattern, n, unique } => {
                let pattern = WildMatch::new(pattern);
                let mut known = HashSet::new();
                self.latest(query.output, n.unwrap_or(MAX_ENTRIES), |entry| {
                    pattern.matches(&entry.source) && (!unique || known.insert(entry.source.clone()))
                })
            }
        }
    }

    /// The last cells that are wanted, oldest first.
    fn latest(
        &self,
        output: bool,
        n: usize,
        wanted: impl FnMut(&Entry) -> bool,
    ) -> rusqlite::Result<Vec<Entry>> {
        let mut statement = self.connection.prepare_cached(LATEST)?;
        let mut entries = collect(statement.query_map([], entry)?, output, n, wanted)?;
        entries.reverse();
        Ok(entries)
    }

    /// The number of a session that is given as in [`Access::Range`].
    fn absolute(&self, session: i64) -> rusqlite::Result<i64> {
        if session > 0 {
            return Ok(session);
        }
        let current = match self.session {
            Some(current) => current,
            None => {
                let sql = "SELECT COALESCE(MAX(session), 0) + 1 FROM sessions";
                self.connection.query_row(sql, [], |row| row.get(0))?
            }
        };
        Ok(current.saturating_add(session))
    }

    fn begin_session(&mut self) -> rusqlite::Result<i64> {
        if let Some(session) = self.session {
            return Ok(session);
        }
        let started = Utc::now().to_rfc3339();
        self.connection.execute("INSERT INTO sessions (started) VALUES (?)", [started])?;
        let session = self.connection.last_insert_rowid();
        self.session = Some(session);
        Ok(session)
    }

    /// A file that is damaged is put aside, so that the next history can be kept.
    fn open_or_replace(file: &Path) -> Result<Self, OpenError> {
        match Self::open_file(file) {
            Err(OpenError::Sqlite(error)) if is_damage(&error) => {
                let aside = file.with_extension("damaged");
                tracing::error!("{} is damaged and becomes {}: {error}", file.display(), aside.display());
                std::fs::rename(file, aside)?;
                Self::open_file(file)
            }
            other => other,
        }
    }

    fn open_file(file: &Path) -> Result<Self, OpenError> {
        place::make(file)?;
        let connection = Connection::open(file)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // A crash of the machine may cost the last cells; one of the kernel costs none.
        connection.pragma_update(None, "synchronous", "normal")?;
        Self::set_up(connection)
    }

    fn set_up(mut connection: Connection) -> Result<Self, OpenError> {
        let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if layout > LAYOUT {
            return Err(OpenError::Newer(layout));
        }
        let change = connection.transaction()?;
        change.execute_batch(TABLES)?;
        change.pragma_update(None, "user_version", LAYOUT)?;
        let sql =
            format!("SELECT session FROM cells ORDER BY session DESC, line DESC LIMIT 1 OFFSET {KEPT_CELLS}");
        let too_old: Option<i64> = change.query_row(&sql, [], |row| row.get(0)).optional()?;
        if let Some(session) = too_old {
            change.execute("DELETE FROM cells WHERE session <= ?", [session])?;
        }
        change.commit()?;
        Ok(Self { connection, session: None })
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { session: row.get(0)?, line: row.get(1)?, source: row.get(2)?, output: row.get(3)? })
}

/// The first rows that are wanted, as many as fit a reply.
fn collect(
    rows: impl Iterator<Item = rusqlite::Result<Entry>>,
    output: bool,
    n: usize,
    mut wanted: impl FnMut(&Entry) -> bool,
) -> rusqlite::Result<Vec<Entry>> {
    let (mut entries, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let mut entry = row?;
        if entries.len() >= n.min(MAX_ENTRIES) {
            break;
        }
        if !wanted(&entry) {
            continue;
        }
        if !output {
            entry.output = None;
        }
        bytes += entry.weight();
        if bytes > MAX_REPLY_BYTES {
            break;
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use uuid::Uuid;

    /// A file in a folder of its own, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("flowno-history-{}", Uuid::new_v4())))
        }

        fn open(&self) -> Store {
            Store::open_or_replace(&self.0.join("deep/history.sqlite")).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn add(store: &mut Store, sources: &[&str]) {
        for (line, source) in (1..).zip(sources) {
            store.add_source(line, source).unwrap();
        }
    }

    fn found(store: &Store, access: Access) -> Vec<(i64, i64, String)> {
        let entries = store.find(&Query { access, output: false }).unwrap();
        entries.into_iter().map(|entry| (entry.session, entry.line, entry.source)).collect()
    }

    fn range(session: i64, start: i64, stop: Option<i64>) -> Access {
        Access::Range { session, start, stop }
    }

    fn search(pattern: &str, n: Option<usize>, unique: bool) -> Access {
        Access::Search { pattern: pattern.into(), n, unique }
    }

    fn line(session: i64, line: i64, source: &str) -> (i64, i64, String) {
        (session, line, source.to_owned())
    }

    #[test]
    fn ranges_of_this_session_and_of_earlier_ones() {
        let folder = Folder::new();
        add(&mut folder.open(), &["a", "b", "c"]);
        add(&mut folder.open(), &["d"]);
        let mut store = folder.open();
        assert_eq!(found(&store, range(-1, 0, None)), [line(2, 1, "d")], "before the first cell too");
        add(&mut store, &["e"]);
        assert_eq!(found(&store, range(0, 0, None)), [line(3, 1, "e")]);
        assert_eq!(found(&store, range(-2, 2, Some(3))), [line(1, 2, "b")]);
        assert_eq!(found(&store, range(1, 2, None)), [line(1, 2, "b"), line(1, 3, "c")]);
        for nothing in [range(9, 0, None), range(-9, 0, None), range(i64::MIN, 0, None), range(1, 3, Some(1))]
        {
            assert_eq!(found(&store, nothing), []);
        }
    }

    #[test]
    fn the_tail_crosses_sessions() {
        let folder = Folder::new();
        add(&mut folder.open(), &["a", "b"]);
        let mut store = folder.open();
        add(&mut store, &["c"]);
        assert_eq!(found(&store, Access::Tail { n: 2 }), [line(1, 2, "b"), line(2, 1, "c")]);
        assert_eq!(found(&store, Access::Tail { n: 0 }), []);
        assert_eq!(found(&store, Access::Tail { n: usize::MAX }).len(), 3);
    }

    #[test]
    fn searches_by_pattern() {
        let folder = Folder::new();
        let mut store = folder.open();
        add(&mut store, &["let a = 1", "print(a)", "let a = 1", "let b = ä"]);
        assert_eq!(found(&store, search("let*", None, false)).len(), 3);
        assert_eq!(
            found(&store, search("let*", None, true)),
            [line(1, 3, "let a = 1"), line(1, 4, "let b = ä")]
        );
        assert_eq!(found(&store, search("let*", Some(1), false)), [line(1, 4, "let b = ä")]);
        assert_eq!(found(&store, search("*= ?", None, true)).len(), 2);
        assert_eq!(found(&store, search("let", None, false)), [], "the whole source must match");
        assert_eq!(found(&store, search("[", None, false)), []);
        assert_eq!(found(&store, search("", None, false)), []);
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let folder = Folder::new();
        let mut store = folder.open();
        add(&mut store, &[&"a".repeat(100_000)]);
        let pattern = format!("{}b", "*a".repeat(500));
        assert_eq!(found(&store, search(&pattern, None, false)), []);
    }

    #[test]
    fn results_are_found_when_asked_for() {
        let folder = Folder::new();
        let mut store = folder.open();
        add(&mut store, &["1 + 1", "let x = 1;"]);
        store.add_output(1, "2").unwrap();
        let mut query = Query { access: Access::Tail { n: 9 }, output: true };
        let outputs = |query: &Query| -> Vec<Option<String>> {
            store.find(query).unwrap().into_iter().map(|entry| entry.output).collect()
        };
        assert_eq!(outputs(&query), [Some("2".to_owned()), None]);
        query.output = false;
        assert_eq!(outputs(&query), [None, None]);
    }

    #[test]
    fn two_kernels_write_at_once() {
        let folder = Folder::new();
        let (mut one, mut two) = (folder.open(), folder.open());
        for line in 1..=20 {
            one.add_source(line, "one").unwrap();
            two.add_source(line, "two").unwrap();
        }
        for (store, session) in [(&one, 1), (&two, 2)] {
            assert_eq!(found(store, range(0, 0, None)).len(), 20);
            assert!(found(store, range(0, 0, None)).iter().all(|entry| entry.0 == session));
        }
        assert_eq!(found(&one, Access::Tail { n: 100 }).len(), 40);
    }

    #[test]
    fn a_damaged_file_is_put_aside() {
        let folder = Folder::new();
        drop(folder.open());
        let file = folder.0.join("deep/history.sqlite");
        std::fs::write(&file, "no database at all, but long enough to be looked at. ".repeat(50)).unwrap();
        let mut store = folder.open();
        add(&mut store, &["a"]);
        assert_eq!(found(&store, Access::Tail { n: 9 }), [line(1, 1, "a")]);
        assert!(file.with_extension("damaged").exists());
    }

    #[test]
    fn a_newer_file_is_left_alone_and_memory_serves() {
        let folder = Folder::new();
        let file = folder.0.join("deep/history.sqlite");
        folder.open().connection.pragma_update(None, "user_version", LAYOUT + 1).unwrap();
        assert!(matches!(Store::open_or_replace(&file), Err(OpenError::Newer(_))));
        let mut store = Store::open(&HistoryPlace::File(file.clone())).unwrap();
        add(&mut store, &["a"]);
        assert_eq!(found(&store, Access::Tail { n: 9 }).len(), 1);
        let cells: i64 = Connection::open(&file)
            .unwrap()
            .query_row("SELECT COUNT(*) FROM cells", [], |row| row.get(0))
            .unwrap();
        assert_eq!(cells, 0);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new();
        add(&mut folder.open(), &["secret"]);
        let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.0.join("deep")), 0o700);
        assert_eq!(mode(folder.0.join("deep/history.sqlite")), 0o600);
    }

    #[test]
    fn the_oldest_sessions_go_when_there_are_too_many_cells() {
        let folder = Folder::new();
        let mut store = folder.open();
        add(&mut store, &["old"]);
        drop(store);
        let mut store = folder.open();
        let session = store.begin_session().unwrap();
        let many = store.connection.transaction().unwrap();
        for line in 0..KEPT_CELLS {
            many.execute(
                "INSERT INTO cells (session, line, source) VALUES (?, ?, 'x')",
                params![session, line],
            )
            .unwrap();
        }
        many.commit().unwrap();
        drop(store);
        let store = folder.open();
        assert_eq!(found(&store, range(1, 0, None)), []);
        assert_eq!(found(&store, range(2, 0, None)).len(), MAX_ENTRIES);
    }
}
