//! Every statement the store needs, once, in SQL that SQLite and PostgreSQL read alike. No foreign keys, sequences or
//! savepoints, so that distributed databases that speak PostgreSQL stay possible.
//!
//! Columns of text sort bytewise. `idx.held` is 1 for a key that its item holds alone, 0 for a plain entry.

/// The tables, as one batch, as SQLite types them (its text is bytewise by default).
pub(crate) const SCHEMA: &str = "
CREATE TABLE item (
  pk TEXT NOT NULL, sk TEXT NOT NULL, version BIGINT NOT NULL, body BLOB NOT NULL, expires_at BIGINT,
  PRIMARY KEY (pk, sk));
CREATE INDEX item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE idx (
  name TEXT NOT NULL, key TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL, held INTEGER NOT NULL,
  PRIMARY KEY (name, key, pk, sk)) WITHOUT ROWID;
CREATE INDEX idx_item ON idx (pk, sk);
CREATE TABLE counter (
  key TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, expires_at BIGINT) WITHOUT ROWID;
CREATE INDEX counter_expiry ON counter (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE event (seq INTEGER NOT NULL PRIMARY KEY, topic TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL) WITHOUT ROWID;
";

macro_rules! statements {
    ($($name:ident = $text:literal;)*) => {
        /// The statements with the parameter marks of one database.
        pub(crate) struct Statements { $(pub(crate) $name: String,)* }

        impl Statements {
            /// Each statement as `dialect` writes it.
            pub(crate) fn new(dialect: fn(&str) -> String) -> Self {
                Self { $($name: dialect($text),)* }
            }
        }
    };
}

statements! {
    item_get = "SELECT pk, sk, version, body, expires_at FROM item WHERE pk = $1 AND sk = $2";
    item_from = "SELECT pk, sk, version, body, expires_at FROM item WHERE pk = $1 AND sk >= $2 ORDER BY sk LIMIT $3";
    item_between = "SELECT pk, sk, version, body, expires_at FROM item \
        WHERE pk = $1 AND sk >= $2 AND sk < $3 ORDER BY sk LIMIT $4";
    item_version = "SELECT version FROM item WHERE pk = $1 AND sk = $2";
    item_put = "INSERT INTO item (pk, sk, version, body, expires_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (pk, sk) DO UPDATE \
        SET version = excluded.version, body = excluded.body, expires_at = excluded.expires_at";
    item_delete = "DELETE FROM item WHERE pk = $1 AND sk = $2";
    item_expired = "SELECT pk, sk FROM item WHERE expires_at IS NOT NULL AND expires_at <= $1 \
        ORDER BY expires_at LIMIT $2";
    idx_exact = "SELECT pk, sk FROM idx WHERE name = $1 AND key = $2 AND (pk, sk) >= ($3, $4) \
        ORDER BY pk, sk LIMIT $5";
    idx_from = "SELECT key, pk, sk FROM idx WHERE name = $1 AND (key, pk, sk) >= ($2, $3, $4) \
        ORDER BY key, pk, sk LIMIT $5";
    idx_between = "SELECT key, pk, sk FROM idx WHERE name = $1 AND (key, pk, sk) >= ($2, $3, $4) AND key < $5 \
        ORDER BY key, pk, sk LIMIT $6";
    idx_holder = "SELECT pk, sk FROM idx WHERE name = $1 AND key = $2 AND held = 1 LIMIT 1";
    idx_add = "INSERT INTO idx (name, key, pk, sk, held) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING";
    idx_hold = "INSERT INTO idx (name, key, pk, sk, held) VALUES ($1, $2, $3, $4, 1) \
        ON CONFLICT (name, key, pk, sk) DO UPDATE SET held = 1";
    idx_release = "DELETE FROM idx WHERE name = $1 AND key = $2 AND pk = $3 AND sk = $4 AND held = 1";
    idx_clear = "DELETE FROM idx WHERE pk = $1 AND sk = $2 AND held = 0";
    idx_clear_all = "DELETE FROM idx WHERE pk = $1 AND sk = $2";
    counter_get = "SELECT n FROM counter WHERE key = $1";
    counter_add = "INSERT INTO counter (key, n, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE \
        SET n = counter.n + excluded.n, expires_at = COALESCE(excluded.expires_at, counter.expires_at)";
    counter_expired = "SELECT key FROM counter WHERE expires_at IS NOT NULL AND expires_at <= $1 \
        ORDER BY expires_at LIMIT $2";
    counter_delete = "DELETE FROM counter WHERE key = $1";
    event_list = "SELECT seq, topic, key FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    event_newest = "SELECT COALESCE(MAX(seq), 0) FROM event";
    event_add = "INSERT INTO event (seq, topic, key) VALUES ($1, $2, $3)";
    event_trim = "DELETE FROM event WHERE seq <= $1";
    epoch_next = "INSERT INTO meta (name, n) VALUES ('epoch', 1) ON CONFLICT (name) DO UPDATE SET n = meta.n + 1 \
        RETURNING n";
}
