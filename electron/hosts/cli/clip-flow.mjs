#!/usr/bin/env node
/** `npx clip-flow`: the command line on Node 24, whatever Node started this file. */
import { fileURLToPath } from 'node:url';
import { runOnNode24 } from '../node24.mjs';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
runOnNode24('node', [main, ...process.argv.slice(2)]);
