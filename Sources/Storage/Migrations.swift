import GRDB

/// The tables, version after version. A migration that has been published is never changed.
enum Migrations {
    /// All migrations, oldest first.
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("pools and knowledge") { database in
            // is_deleted: the name also stands in a file of Config, and is to stay away.
            try database.execute(
                sql: """
                    CREATE TABLE pools (
                        name TEXT NOT NULL PRIMARY KEY,
                        prompt TEXT NOT NULL,
                        is_deleted INTEGER NOT NULL DEFAULT 0
                    ) WITHOUT ROWID;
                    CREATE TABLE functions (
                        id INTEGER PRIMARY KEY,
                        pool TEXT NOT NULL REFERENCES pools (name) ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        position INTEGER NOT NULL,
                        body TEXT NOT NULL,
                        UNIQUE (pool, name)
                    );
                    CREATE INDEX functions_in_order ON functions (pool, position);
                    CREATE TABLE knowledge (
                        term TEXT NOT NULL PRIMARY KEY,
                        body TEXT NOT NULL,
                        is_deleted INTEGER NOT NULL DEFAULT 0
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("tuned") { database in
            try database.execute(
                sql: """
                    CREATE TABLE tuned (
                        name TEXT NOT NULL PRIMARY KEY,
                        config BLOB NOT NULL,
                        card BLOB,
                        weights BLOB NOT NULL,
                        is_deleted INTEGER NOT NULL DEFAULT 0
                    );
                    """)
        }
        migrator.registerMigration("evaluations") { database in
            try database.execute(
                sql: """
                    CREATE TABLE evaluations (
                        id TEXT NOT NULL PRIMARY KEY,
                        settings TEXT NOT NULL,
                        request TEXT NOT NULL,
                        digest TEXT NOT NULL,
                        samples INTEGER NOT NULL,
                        state TEXT NOT NULL,
                        error TEXT,
                        created REAL NOT NULL,
                        started REAL,
                        finished REAL
                    ) WITHOUT ROWID;
                    CREATE TABLE evaluation_results (
                        evaluation TEXT NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
                        place INTEGER NOT NULL,
                        is_right INTEGER NOT NULL,
                        is_failed INTEGER NOT NULL,
                        body TEXT NOT NULL,
                        PRIMARY KEY (evaluation, place)
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
