import type { Script } from './script.ts';

/**
 * The first library. A portrait's row is split by how it is read: listing touches `generations` only,
 * whose rows stay small. `embeddings` is the truth; `embedding_index` is what searching reads, and
 * holds the portraits outside the trash, kept apart by pack because packs do not share a space.
 */
export function createLibrary(connection: Script): void {
  connection.script(`
    CREATE TABLE generations (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      prompt TEXT NOT NULL,
      seed INTEGER,
      settings TEXT NOT NULL CHECK (json_valid(settings)),
      pack_id TEXT NOT NULL,
      pack_version TEXT NOT NULL,
      device TEXT NOT NULL,
      timings TEXT NOT NULL CHECK (json_valid(timings)),
      clip_score REAL,
      log_likelihood REAL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      source TEXT NOT NULL CHECK (json_valid(source)),
      starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1)),
      trashed_at INTEGER
    ) STRICT;

    CREATE INDEX gallery ON generations (id) WHERE trashed_at IS NULL;
    CREATE INDEX gallery_starred ON generations (id) WHERE trashed_at IS NULL AND starred = 1;
    CREATE INDEX gallery_by_pack ON generations (pack_id, pack_version, id) WHERE trashed_at IS NULL;
    CREATE INDEX trash ON generations (id) WHERE trashed_at IS NOT NULL;

    -- A parent is named by id and not by reference: it may be purged while its children stay.
    CREATE TABLE parents (
      child INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
      position INTEGER NOT NULL,
      parent TEXT NOT NULL,
      PRIMARY KEY (child, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE latents (
      seq INTEGER PRIMARY KEY REFERENCES generations ON DELETE CASCADE,
      z BLOB,
      condition BLOB,
      w BLOB NOT NULL
    ) STRICT;

    CREATE TABLE embeddings (
      seq INTEGER PRIMARY KEY REFERENCES generations ON DELETE CASCADE,
      vector BLOB NOT NULL CHECK (length(vector) = 2048)
    ) STRICT;

    CREATE VIRTUAL TABLE embedding_index USING vec0(
      seq INTEGER PRIMARY KEY,
      pack TEXT PARTITION KEY,
      vector FLOAT[512] DISTANCE_METRIC=cosine,
      chunk_size=256
    );

    CREATE TABLE prompts (
      text TEXT PRIMARY KEY,
      used_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX prompts_by_use ON prompts (used_at);
  `);
}
