// Import directions and purity are rules of the architecture (docs/architecture.md), so lint enforces them.
import tseslint from 'typescript-eslint';

const pure = {
  'no-restricted-globals': [
    'error',
    ...[
      'process',
      'Date',
      'performance',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'fetch',
      'crypto',
      'console',
    ].map((name) => ({
      name,
      message: 'hooks/kinds, hooks/domain, hooks/kube and hooks/jobs are pure: `now` is an argument.',
    })),
  ],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
};
const outside = [
  'express',
  'node:fs',
  'node:fs/*',
  'node:http',
  'node:https',
  'node:net',
  'node:child_process',
  'node:process',
  'node:os',
  'pino',
  'prom-client',
  'execa',
];
const restrictedImports = (groups) => ({ 'no-restricted-imports': ['error', { patterns: groups }] });

export default tseslint.config(
  { ignores: ['build/', 'node_modules/', '.cache/', 'hooks/generated/', 'coverage/'] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Tables of faults and invariants: the type of the table says what each function takes and gives.
    files: ['sandbox/simulation/faults/**/*.ts', 'sandbox/simulation/invariants/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    files: ['hooks/domain/**/*.ts'],
    rules: {
      ...pure,
      ...restrictedImports([
        {
          group: [...outside, '../kube/*', '../kinds/*', '../http/*', '../jobs/*', '@kubernetes/*'],
          message: 'domain imports nothing of ours.',
        },
      ]),
    },
  },
  {
    files: ['hooks/kube/**/*.ts'],
    rules: {
      ...pure,
      ...restrictedImports([
        {
          group: [...outside, '**/kinds/*', '**/http/*', '**/jobs/*', '@kubernetes/*'],
          message: 'kube knows Kubernetes shapes only.',
        },
      ]),
    },
  },
  {
    files: ['hooks/kinds/**/*.ts', 'hooks/jobs/**/*.ts'],
    rules: {
      ...pure,
      ...restrictedImports([
        {
          group: [...outside, '**/http/*', '@kubernetes/*'],
          message: 'kinds and jobs are pure functions over kube and domain.',
        },
      ]),
    },
  },
  {
    // Clock arithmetic on given instants is not reading a clock.
    files: ['hooks/domain/schedule.ts', 'hooks/domain/retention-calendar.ts', 'hooks/kube/instants.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'reads the clock' },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'reads the clock',
        },
      ],
    },
  },
);
