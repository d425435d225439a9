import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Compiles the runes of renderer/state.
  plugins: [svelte()],
  test: {
    include: ['{electron,renderer,native-models,test}/**/*.test.ts'],
    // Real inference processes are forked in tests; threads could not be ended cleanly around them.
    pool: 'forks',
    // Ends what hangs, and says nothing of speed: a busy machine is not a fault.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
