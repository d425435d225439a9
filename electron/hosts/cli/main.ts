import { toStudioError } from '../../contract/errors.ts';
import { outliveReaders, printError } from './output.ts';
import { runCli, wantsJson } from './program.ts';

const args = process.argv.slice(2);
outliveReaders();
// What nobody was there to catch is told like any other error, and not by a stack of calls.
process.on('uncaughtException', (thrown) => {
  printError(toStudioError(thrown), wantsJson(args));
  process.exit(1);
});
const code = await runCli(args);
// What could not be told may have set it already.
process.exitCode ||= code;
