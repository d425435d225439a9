import type { Script } from './script.ts';

/**
 * Portraits name the spaces their numbers lie in, and may have an embedding in several. What is known at this
 * point is the pack; which spaces that has, it tells itself (`spaces.ts`). A revision tells that a row has
 * changed, whatever did it. The index of embeddings is made anew when the library is opened. The number also
 * keeps older builds away, which cannot read the lineage `carry-over`.
 */
export function nameSpaces(connection: Script): void {
  connection.script(`
    ALTER TABLE generations ADD COLUMN embedding_space TEXT NOT NULL DEFAULT '';
    ALTER TABLE generations ADD COLUMN latent_space TEXT NOT NULL DEFAULT '';
    ALTER TABLE generations ADD COLUMN flow_space TEXT NOT NULL DEFAULT '';
    ALTER TABLE generations ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    UPDATE generations SET
      embedding_space = pack_id || '@' || pack_version,
      latent_space = pack_id || '@' || pack_version,
      flow_space = pack_id || '@' || pack_version;

    CREATE TRIGGER generations_revised AFTER UPDATE ON generations
    WHEN new.revision = old.revision
    BEGIN
      UPDATE generations SET revision = old.revision + 1 WHERE seq = new.seq;
    END;

    CREATE TABLE embeddings_by_space (
      number INTEGER PRIMARY KEY,
      seq INTEGER NOT NULL REFERENCES generations ON DELETE CASCADE,
      space TEXT NOT NULL,
      vector BLOB NOT NULL,
      UNIQUE (seq, space)
    ) STRICT;
    INSERT INTO embeddings_by_space (number, seq, space, vector)
      SELECT seq, seq, embedding_space, vector FROM embeddings JOIN generations USING (seq);
    DROP TABLE embeddings;
    ALTER TABLE embeddings_by_space RENAME TO embeddings;
  `);
}
