import type { Script } from './script.ts';

/**
 * Portraits can be rated, labelled, noted, tagged and laid on boards. The indexes are what sorting walks, which
 * would otherwise read every row.
 */
export function arrangePortraits(connection: Script): void {
  connection.script(`
    ALTER TABLE generations ADD COLUMN rating INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE generations ADD COLUMN color TEXT;
    ALTER TABLE generations ADD COLUMN note TEXT NOT NULL DEFAULT '';

    CREATE INDEX gallery_rated ON generations (rating, id) WHERE trashed_at IS NULL;
    CREATE INDEX gallery_named ON generations (prompt COLLATE NOCASE, id) WHERE trashed_at IS NULL;
    CREATE INDEX gallery_likely
      ON generations (ifnull(log_likelihood, -1e300), id) WHERE trashed_at IS NULL;
    CREATE INDEX gallery_fitting
      ON generations (ifnull(clip_score, -1e300), id) WHERE trashed_at IS NULL;

    CREATE TABLE generation_tags (
      generation INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
      tag TEXT NOT NULL,
      PRIMARY KEY (generation, tag)
    ) STRICT;
    CREATE INDEX generation_tags_by_tag ON generation_tags (tag, generation);

    -- A parent and a cover are named by id and not by reference: they may go while the board stays.
    CREATE TABLE boards (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      parent TEXT,
      position REAL NOT NULL,
      cover TEXT,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE board_generations (
      board TEXT NOT NULL REFERENCES boards ON DELETE CASCADE,
      generation INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
      position REAL NOT NULL,
      PRIMARY KEY (board, generation)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX board_generations_by_generation ON board_generations (generation, board);
    CREATE INDEX board_generations_by_position ON board_generations (board, position);
  `);
}
