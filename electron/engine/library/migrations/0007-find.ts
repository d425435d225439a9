import type { Script } from './script.ts';

/**
 * Finds among a million. Triggers keep all of this, so that whatever writes a row need not know of it:
 *
 * - `portrait_words`: the words of portraits, by their `seq`, for exact words (FTS5, contentless);
 * - `portrait_counts`: how many portraits there are of each pack, starred and in the trash;
 * - `changes`: what happened to which portrait, for telling what other processes did; its old end is cut off;
 * - `embedding_changes`: embeddings that went or became others, for the vector index, which knows new ones by
 *   their ascending numbers;
 * - `shelves`: folders of pictures in which files and rows agreed when they were last looked through;
 * - `seen_counts`: of how many portraits outside the trash each space has embeddings;
 * - `journal_proof`: how the journal was when rows and journal last said the same.
 *
 * The indexes of sqlite-vec, which are no longer read, are dropped when the library is opened (`old-index.ts`).
 */
export function find(connection: Script): void {
  connection.script(WORDS);
  connection.script(COUNTS);
  connection.script(CHANGES);
  connection.script(SHELVES);
  connection.script(SEEN);
  connection.script(PROOF);
}

/** Whether a portrait's spaces are called by its pack, which has not told what they are called. */
export const IS_UNNAMED = ['embedding_space', 'latent_space', 'flow_space']
  .map((column) => `${column} = pack_id || '@' || pack_version`)
  .join(' OR ');

/** The index of words, and how it is filled: the same when it is made again. */
export const CREATE_WORDS = `CREATE VIRTUAL TABLE portrait_words USING fts5(
  prompt, note, tags,
  content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
)`;
/** What is found of the portrait `seq`; a row of that number makes place. */
const wordsOf = (seq: string) => `INSERT OR REPLACE INTO portrait_words (rowid, prompt, note, tags)
    SELECT seq, prompt, note,
      ifnull((SELECT group_concat(tag, ' ') FROM generation_tags WHERE generation = seq), '')
    FROM generations${seq === '' ? '' : ` WHERE seq = ${seq}`}`;
export const FILL_WORDS = wordsOf('');

const WORDS = `
  ${CREATE_WORDS};
  ${FILL_WORDS};

  CREATE TRIGGER words_added AFTER INSERT ON generations BEGIN
    ${wordsOf('new.seq')};
  END;
  CREATE TRIGGER words_changed AFTER UPDATE OF prompt, note ON generations
  WHEN new.prompt IS NOT old.prompt OR new.note IS NOT old.note BEGIN
    ${wordsOf('new.seq')};
  END;
  CREATE TRIGGER words_tagged AFTER INSERT ON generation_tags BEGIN
    ${wordsOf('new.generation')};
  END;
  CREATE TRIGGER words_untagged AFTER DELETE ON generation_tags BEGIN
    ${wordsOf('old.generation')};
  END;
  CREATE TRIGGER words_removed AFTER DELETE ON generations BEGIN
    DELETE FROM portrait_words WHERE rowid = old.seq;
  END;
`;

export const COUNT_PORTRAITS = `INSERT INTO portrait_counts
  SELECT pack_id, pack_version, starred = 1, trashed_at IS NOT NULL, count(*)
  FROM generations GROUP BY 1, 2, 3, 4`;

const COUNTS = `
  CREATE TABLE portrait_counts (
    pack_id TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    is_starred INTEGER NOT NULL,
    is_trashed INTEGER NOT NULL,
    portraits INTEGER NOT NULL,
    PRIMARY KEY (pack_id, pack_version, is_starred, is_trashed)
  ) STRICT, WITHOUT ROWID;
  ${COUNT_PORTRAITS};

  CREATE TRIGGER counted_added AFTER INSERT ON generations BEGIN
    INSERT INTO portrait_counts VALUES
      (new.pack_id, new.pack_version, new.starred = 1, new.trashed_at IS NOT NULL, 1)
      ON CONFLICT DO UPDATE SET portraits = portraits + 1;
  END;
  CREATE TRIGGER counted_removed AFTER DELETE ON generations BEGIN
    UPDATE portrait_counts SET portraits = portraits - 1
      WHERE pack_id = old.pack_id AND pack_version = old.pack_version
        AND is_starred = (old.starred = 1) AND is_trashed = (old.trashed_at IS NOT NULL);
  END;
  CREATE TRIGGER counted_changed
  AFTER UPDATE OF pack_id, pack_version, starred, trashed_at ON generations BEGIN
    UPDATE portrait_counts SET portraits = portraits - 1
      WHERE pack_id = old.pack_id AND pack_version = old.pack_version
        AND is_starred = (old.starred = 1) AND is_trashed = (old.trashed_at IS NOT NULL);
    INSERT INTO portrait_counts VALUES
      (new.pack_id, new.pack_version, new.starred = 1, new.trashed_at IS NOT NULL, 1)
      ON CONFLICT DO UPDATE SET portraits = portraits + 1;
  END;
`;

const CHANGES = `
  CREATE TABLE changes (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'changed', 'removed'))
  ) STRICT;
  CREATE TRIGGER change_added AFTER INSERT ON generations BEGIN
    INSERT INTO changes (id, kind) VALUES (new.id, 'added');
  END;
  CREATE TRIGGER change_changed AFTER UPDATE OF revision ON generations BEGIN
    INSERT INTO changes (id, kind) VALUES (new.id, 'changed');
  END;
  CREATE TRIGGER change_removed AFTER DELETE ON generations BEGIN
    INSERT INTO changes (id, kind) VALUES (old.id, 'removed');
  END;

  CREATE TABLE embedding_changes (n INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
  CREATE TRIGGER embedding_removed AFTER DELETE ON embeddings BEGIN
    INSERT INTO embedding_changes (number) VALUES (old.number);
  END;
  CREATE TRIGGER embedding_changed AFTER UPDATE ON embeddings BEGIN
    INSERT INTO embedding_changes (number) VALUES (old.number), (new.number);
  END;
`;

const SHELVES = `
  CREATE TABLE shelves (
    first_id TEXT PRIMARY KEY,
    next_id TEXT NOT NULL,
    state TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER shelf_changed_by_insert AFTER INSERT ON generations BEGIN
    DELETE FROM shelves WHERE new.id >= first_id AND new.id < next_id;
  END;
  CREATE TRIGGER shelf_changed_by_delete AFTER DELETE ON generations BEGIN
    DELETE FROM shelves WHERE old.id >= first_id AND old.id < next_id;
  END;
  CREATE TRIGGER shelf_changed_by_update AFTER UPDATE OF id ON generations BEGIN
    DELETE FROM shelves WHERE old.id >= first_id AND old.id < next_id;
    DELETE FROM shelves WHERE new.id >= first_id AND new.id < next_id;
  END;
`;

export const COUNT_SEEN = `INSERT INTO seen_counts
  SELECT space, count(*) FROM embeddings JOIN generations USING (seq) WHERE trashed_at IS NULL GROUP BY space`;

/** One more or one less in `space` of a row of `embeddings`, if its portrait is outside the trash. */
const countSeen = (row: 'new' | 'old', by: 1 | -1) => `INSERT INTO seen_counts
  SELECT ${row}.space, ${by} FROM generations WHERE seq = ${row}.seq AND trashed_at IS NULL
  ON CONFLICT DO UPDATE SET portraits = portraits + ${by}`;

/** The same in all spaces of a portrait. */
const countSeenOf = (
  seq: string,
  by: string,
) => `UPDATE seen_counts SET portraits = portraits + ${by}
  WHERE space IN (SELECT space FROM embeddings WHERE seq = ${seq})`;

const SEEN = `
  CREATE TABLE seen_counts (space TEXT PRIMARY KEY, portraits INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  ${COUNT_SEEN};

  CREATE TRIGGER seen_added AFTER INSERT ON embeddings BEGIN ${countSeen('new', 1)}; END;
  CREATE TRIGGER seen_removed AFTER DELETE ON embeddings BEGIN ${countSeen('old', -1)}; END;
  CREATE TRIGGER seen_changed AFTER UPDATE OF seq, space ON embeddings BEGIN
    ${countSeen('old', -1)};
    ${countSeen('new', 1)};
  END;
  -- Before, since embeddings that go with their portrait no longer find it.
  CREATE TRIGGER seen_portrait_removed BEFORE DELETE ON generations WHEN old.trashed_at IS NULL BEGIN
    ${countSeenOf('old.seq', '-1')};
  END;
  CREATE TRIGGER seen_portrait_trashed AFTER UPDATE OF trashed_at ON generations
  WHEN (old.trashed_at IS NULL) <> (new.trashed_at IS NULL) BEGIN
    ${countSeenOf('new.seq', 'iif(new.trashed_at IS NULL, 1, -1)')};
  END;

  CREATE INDEX unnamed_spaces ON generations (pack_id, pack_version) WHERE ${IS_UNNAMED};
`;

const PROOF = `
  CREATE TABLE journal_proof (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    state TEXT NOT NULL,
    spare INTEGER NOT NULL
  ) STRICT;

  -- Whoever changes how portraits are arranged says anew that the journal knows, or it is looked at as a whole.
  ${[
    'UPDATE OF starred, trashed_at, rating, color, note ON generations',
    ...['generation_tags', 'boards', 'board_generations'].flatMap((table) =>
      ['INSERT', 'UPDATE', 'DELETE'].map((change) => `${change} ON ${table}`),
    ),
  ]
    .map(
      (
        change,
      ) => `CREATE TRIGGER unproven_by_${change.replace(/ OF .* ON | ON /, '_of_').toLowerCase()}
        AFTER ${change} BEGIN DELETE FROM journal_proof; END;`,
    )
    .join('\n')}
`;
