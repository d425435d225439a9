import { serveStudio } from '../../web/serve.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

export interface ServeOptions extends GlobalOptions {
  readonly port?: number | undefined;
  readonly open: boolean;
}

/** The studio for a browser on this machine, until Ctrl+C. */
export async function serve({ port, open, json = false, ...options }: ServeOptions) {
  await withStudio(options, ({ service, signal }) =>
    serveStudio(service, { port, open, json: json === true, signal }),
  );
}
