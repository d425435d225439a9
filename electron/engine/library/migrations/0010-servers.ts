import type { Script } from './script.ts';

/** Says of a portrait which model server drew it, and how exactly; NULL where none did. */
export function nameServers(connection: Script): void {
  connection.script(`
    ALTER TABLE generations ADD COLUMN server TEXT CHECK (server IS NULL OR json_valid(server));
  `);
}
