-- A library as version 10 wrote it, frozen. Blobs are one number repeated: 0000803F is 1, 000000BF is -0.5.
PRAGMA application_id = 1129072211;
PRAGMA user_version = 10;

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
, embedding_space TEXT NOT NULL DEFAULT '', latent_space TEXT NOT NULL DEFAULT '', flow_space TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL DEFAULT 0, rating INTEGER NOT NULL DEFAULT 0, color TEXT, note TEXT NOT NULL DEFAULT '', server TEXT CHECK (server IS NULL OR json_valid(server))) STRICT;
CREATE INDEX gallery ON generations (id) WHERE trashed_at IS NULL;
CREATE INDEX gallery_starred ON generations (id) WHERE trashed_at IS NULL AND starred = 1;
CREATE INDEX gallery_by_pack ON generations (pack_id, pack_version, id) WHERE trashed_at IS NULL;
CREATE INDEX trash ON generations (id) WHERE trashed_at IS NOT NULL;
CREATE INDEX gallery_rated ON generations (rating, id) WHERE trashed_at IS NULL;
CREATE INDEX gallery_named ON generations (prompt COLLATE NOCASE, id) WHERE trashed_at IS NULL;
CREATE INDEX brought_in_by_file ON generations (source ->> '$.file')
  WHERE source ->> '$.kind' = 'import';
CREATE INDEX brought_in_by_pixels ON generations (source ->> '$.pixels')
  WHERE source ->> '$.kind' = 'import';
CREATE INDEX gallery_likely
  ON generations (ifnull(log_likelihood, -1e300), id) WHERE trashed_at IS NULL;
CREATE INDEX gallery_fitting
  ON generations (ifnull(clip_score, -1e300), id) WHERE trashed_at IS NULL;
CREATE TABLE parents (
  child INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
  position INTEGER NOT NULL,
  parent TEXT NOT NULL,
  PRIMARY KEY (child, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX parents_by_parent ON parents (parent, child);
CREATE TABLE latents (
  seq INTEGER PRIMARY KEY REFERENCES generations ON DELETE CASCADE,
  z BLOB,
  condition BLOB,
  w BLOB NOT NULL
) STRICT;
CREATE TABLE "embeddings" (
  number INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
  space TEXT NOT NULL,
  vector BLOB NOT NULL,
  UNIQUE (seq, space)
) STRICT;
CREATE TABLE generation_tags (
  generation INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (generation, tag)
) STRICT;
CREATE INDEX generation_tags_by_tag ON generation_tags (tag, generation);
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
CREATE TABLE prompts (
  text TEXT PRIMARY KEY,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX prompts_by_use ON prompts (used_at);
CREATE TABLE journal_mark (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  applied INTEGER NOT NULL
) STRICT;
INSERT INTO journal_mark VALUES (1, 0);
CREATE TRIGGER generations_revised AFTER UPDATE ON generations
WHEN new.revision = old.revision
BEGIN
  UPDATE generations SET revision = old.revision + 1 WHERE seq = new.seq;
END;

CREATE VIRTUAL TABLE portrait_words USING fts5(
prompt, note, tags,
content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER words_added AFTER INSERT ON generations BEGIN
    INSERT OR REPLACE INTO portrait_words (rowid, prompt, note, tags)
    SELECT seq, prompt, note,
      ifnull((SELECT group_concat(tag, ' ') FROM generation_tags WHERE generation = seq), '')
    FROM generations WHERE seq = new.seq;
  END;
CREATE TRIGGER words_changed AFTER UPDATE OF prompt, note ON generations
  WHEN new.prompt IS NOT old.prompt OR new.note IS NOT old.note BEGIN
    INSERT OR REPLACE INTO portrait_words (rowid, prompt, note, tags)
    SELECT seq, prompt, note,
      ifnull((SELECT group_concat(tag, ' ') FROM generation_tags WHERE generation = seq), '')
    FROM generations WHERE seq = new.seq;
  END;
CREATE TRIGGER words_tagged AFTER INSERT ON generation_tags BEGIN
    INSERT OR REPLACE INTO portrait_words (rowid, prompt, note, tags)
    SELECT seq, prompt, note,
      ifnull((SELECT group_concat(tag, ' ') FROM generation_tags WHERE generation = seq), '')
    FROM generations WHERE seq = new.generation;
  END;
CREATE TRIGGER words_untagged AFTER DELETE ON generation_tags BEGIN
    INSERT OR REPLACE INTO portrait_words (rowid, prompt, note, tags)
    SELECT seq, prompt, note,
      ifnull((SELECT group_concat(tag, ' ') FROM generation_tags WHERE generation = seq), '')
    FROM generations WHERE seq = old.generation;
  END;
CREATE TRIGGER words_removed AFTER DELETE ON generations BEGIN
  DELETE FROM portrait_words WHERE rowid = old.seq;
END;
CREATE TABLE portrait_counts (
  pack_id TEXT NOT NULL,
  pack_version TEXT NOT NULL,
  is_starred INTEGER NOT NULL,
  is_trashed INTEGER NOT NULL,
  portraits INTEGER NOT NULL,
  PRIMARY KEY (pack_id, pack_version, is_starred, is_trashed)
) STRICT, WITHOUT ROWID;
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

CREATE TABLE atlases (
  space TEXT PRIMARY KEY,
  laid_out TEXT NOT NULL,
  layout BLOB NOT NULL
) STRICT;
CREATE TABLE atlas_places (
  number INTEGER PRIMARY KEY REFERENCES embeddings ON DELETE CASCADE,
  x REAL NOT NULL,
  y REAL NOT NULL
) STRICT;

INSERT INTO generations VALUES
  (1, '01a1b2c3-d4e5-7000-8000-000000000001', 'an old man', 7,
   '{"truncation":0.9,"temperature":0.8,"gap":"shift","count":2}', 'tiny', '1.0.0', 'cpu',
   '{"decode":1.5,"synthesis":20}', 0.25, -701.5, 128, 128, '{"kind":"prompt"}', 1, NULL, 'tiny@1.0.0', 'tiny@1.0.0', 'tiny@1.0.0', 0, 0, NULL, '', NULL),
  (2, '01a1b2c3-d4e6-7000-8000-000000000002', '', NULL,
   '{"truncation":1,"temperature":0,"gap":"none","count":1}', 'tiny', '1.0.0', 'webgpu',
   '{}', NULL, NULL, 64, 128, '{"kind":"variation","strength":0.25}', 0, NULL, 'tiny@1.0.0', 'tiny@1.0.0', 'tiny@1.0.0', 0, 0, NULL, '', NULL),
  (3, '01a1b2c3-d4e7-7000-8000-000000000003', 'naïve 🙂', 8,
   '{"truncation":1,"temperature":1,"gap":"prior","count":1}', 'tiny', '1.0.0', 'cpu',
   '{}', -0.1, 12.5, 128, 128,
   '{"kind":"interpolation","path":"clip","from":{"kind":"prompt","prompt":"a","seed":1},"to":{"kind":"portrait","id":"01a1b2c3-d4e5-7000-8000-000000000001"},"position":0.5}',
   0, 1800000000000, 'tiny@1.0.0', 'tiny@1.0.0', 'tiny@1.0.0', 0, 0, NULL, '', NULL);
INSERT INTO parents VALUES
  (2, 0, '01a1b2c3-d4e5-7000-8000-000000000001'),
  (3, 0, '01a1b2c3-d4e6-7000-8000-000000000002'),
  (3, 1, '01a1b2c3-d4e5-7000-8000-000000000001');
INSERT INTO latents
  SELECT
    seq,
    iif(seq = 2, NULL, unhex(ones)),
    iif(seq = 2, NULL, unhex(halves)),
    unhex(iif(seq = 2, halves || ones, halves))
  FROM generations, (SELECT
    replace(hex(zeroblob(512)), '00', '0000803F') AS ones,
    replace(hex(zeroblob(512)), '00', '000000BF') AS halves);
INSERT INTO embeddings
  SELECT seq, seq, 'tiny@1.0.0',
    unhex(replace(hex(zeroblob(512)), '00', iif(seq = 2, '000000BF', '0000803F')))
  FROM generations;
INSERT INTO prompts VALUES ('an old man', 1), ('naïve 🙂', 2);
INSERT INTO atlases VALUES ('tiny@1.0.0', 'once', x'00');
INSERT INTO atlas_places VALUES (1, 0.25, 0.75);
