import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom: contract ← engine ← rpc ← hosts and main; preload → contract only;
 * renderer → contract and the rpc client only. `from` lists what `target` must not reach.
 */
const FORBIDDEN_IMPORTS = [
  {
    target: './electron/contract',
    from: ['./electron/!(contract)/**/*', './renderer/**/*'],
    message: 'contract/ imports nothing of ours.',
  },
  {
    target: './electron/engine',
    from: ['./electron/!(contract|engine)/**/*', './renderer/**/*'],
    message: 'engine/ imports contract/ only: it knows no host.',
  },
  {
    target: './electron/rpc',
    from: ['./electron/!(contract|engine|rpc)/**/*', './renderer/**/*'],
    message: 'rpc/ imports contract/ and engine/ only.',
  },
  {
    target: './electron/site',
    from: ['./electron/!(contract|site)/**/*', './renderer/**/*'],
    message: 'site/ imports contract/ only.',
  },
  {
    target: './electron/hosts',
    from: ['./electron/{main,preload}/**/*', './renderer/**/*'],
    message: 'hosts/ and main/ are siblings: what they share belongs in rpc/, site/ or engine/.',
  },
  {
    target: './electron/main',
    from: ['./electron/{hosts,preload}/**/*', './renderer/**/*'],
    message: 'hosts/ and main/ are siblings: what they share belongs in rpc/, site/ or engine/.',
  },
  {
    target: './electron/preload',
    from: ['./electron/!(contract|preload)/**/*', './renderer/**/*'],
    message: 'preload/ imports contract/ only.',
  },
  {
    target: './renderer',
    from: ['./electron/!(contract|rpc)/**/*', './electron/rpc/!(client|codec).ts'],
    message: 'renderer/ imports contract/, the rpc client and its codec only.',
  },
];

/** Packages that only one place may import, so that each has one owner and one way round it. */
const OWNED_PACKAGES = {
  'onnxruntime-node': ['electron/engine/inference/onnx-runtime.ts'],
  '@grpc/grpc-js': ['electron/engine/servers/**'],
  sharp: ['electron/engine/images/**'],
  electron: ['electron/main/**', 'electron/preload/**'],
};

const TEST_FILES = ['**/*.test.ts', 'test/**'];

/** One rule entry per set of folders that own the same packages; elsewhere all of them are barred. */
function ownedPackageRules() {
  const barAllBut = (owned) => ({
    'no-restricted-imports': [
      'error',
      {
        paths: Object.entries(OWNED_PACKAGES)
          .filter(([name]) => !owned.includes(name))
          .map(([name, owners]) => ({ name, message: `Only ${owners.join(', ')} may import it.` })),
      },
    ],
  });
  return [
    {
      files: ['electron/**/*.ts', 'renderer/**/*.{ts,svelte}'],
      ignores: TEST_FILES,
      rules: barAllBut([]),
    },
    ...Object.entries(OWNED_PACKAGES).map(([name, files]) => ({
      files,
      ignores: TEST_FILES,
      rules: barAllBut([name]),
    })),
    // Tests may use sharp and the like as they are, but nothing may load ONNX Runtime with its telemetry.
    {
      files: ['native-models/**/*.ts', ...TEST_FILES],
      rules: barAllBut(Object.keys(OWNED_PACKAGES).filter((name) => name !== 'onnxruntime-node')),
    },
  ];
}

export default defineConfig(
  globalIgnores([
    'dist/',
    'out/',
    'coverage/',
    '**/.venv/',
    'native-models/illustrated-portraits/',
  ]),
  js.configs.recommended,
  tseslint.configs.strict,
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    languageOptions: { globals: globals.node },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        // A field is taken out of an object by naming it beside the rest.
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['renderer/**'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] },
    },
  },
  { files: ['renderer/**/*.ts'], languageOptions: { globals: globals.browser } },
  {
    files: ['electron/**/*.ts', 'renderer/**/*.{ts,svelte}'],
    ignores: TEST_FILES,
    plugins: { 'import-x': importX },
    rules: { 'import-x/no-restricted-paths': ['error', { zones: FORBIDDEN_IMPORTS }] },
  },
  ...ownedPackageRules(),
  { files: TEST_FILES, rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
