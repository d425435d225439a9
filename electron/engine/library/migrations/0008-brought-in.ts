import type { Script } from './script.ts';

/**
 * Pictures that were brought in are found by their files and by their pixels. The number also keeps older builds
 * away, which cannot read the lineage `import`.
 */
export function findBroughtIn(connection: Script): void {
  connection.script(`
    CREATE INDEX brought_in_by_file ON generations (source ->> '$.file')
      WHERE source ->> '$.kind' = 'import';
    CREATE INDEX brought_in_by_pixels ON generations (source ->> '$.pixels')
      WHERE source ->> '$.kind' = 'import';
  `);
}
