import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versionIn } from './corpus.ts';

/** One program that reads the same tree. */
export interface Tool {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The file that it writes its findings to, where not to standard output. */
  readonly report?: string;
  /** How many findings its output, or that file, holds. */
  readonly count: (output: string) => number;
}

const messagesOf = (output: string): number =>
  (JSON.parse(output) as { messages: unknown[] }[]).reduce((sum, { messages }) => sum + messages.length, 0);

/**
 * The peers of a folder where somebody has installed them: they are no dependencies, since eslint-plugin-sonarjs is LGPL and all together are 200
 * packages. Each runs with its security rules over what it can read.
 */
export function peersIn(folder: string, tree: string, scratch: string): readonly Tool[] {
  const bin = (name: string): string => join(folder, 'node_modules', '.bin', name);
  const tools: Tool[] = [];
  const eslint = versionIn(folder, 'eslint');
  for (const [plugin, config] of [
    ['eslint-plugin-sonarjs', 'plugin.configs.recommended'],
    ['eslint-plugin-security', 'plugin.configs.recommended'],
  ] as const) {
    const version = versionIn(folder, plugin);
    if (eslint === null || version === null) continue;
    const file = join(scratch, `${plugin}.config.mjs`);
    const url = new URL(`file://${join(folder, 'node_modules', plugin)}/`).href;
    writeFileSync(
      file,
      `import { createRequire } from 'node:module';\nconst plugin = createRequire('${url}')('${plugin}');\nexport default [${config}, { files: ['**/*.js'], languageOptions: { ecmaVersion: 'latest', sourceType: 'module', parserOptions: { ecmaFeatures: { globalReturn: true } } } }];\n`,
    );
    tools.push({
      name: `${plugin} ${version} (JavaScript only)`,
      command: process.execPath,
      args: [
        '--max-old-space-size=4096',
        bin('eslint'),
        '--no-config-lookup',
        '--config',
        file,
        '--no-inline-config',
        '--format',
        'json',
        tree,
      ],
      count: messagesOf,
    });
  }
  const oxlint = versionIn(folder, 'oxlint');
  if (oxlint !== null)
    tools.push({
      name: `oxlint ${oxlint}`,
      command: bin('oxlint'),
      args: ['--format', 'json', tree],
      count: (output) => (JSON.parse(output) as { diagnostics: unknown[] }).diagnostics.length,
    });
  const secretlint = versionIn(folder, 'secretlint');
  if (secretlint !== null) {
    const file = join(scratch, '.secretlintrc.json');
    writeFileSync(
      file,
      JSON.stringify({ rules: [{ id: join(folder, 'node_modules/@secretlint/secretlint-rule-preset-recommend') }] }),
    );
    // Its JSON repeats every source that it read, and it ends before a pipe has taken it all: into a file it goes whole.
    const report = join(scratch, 'secretlint.json');
    tools.push({
      name: `secretlint ${secretlint} (secrets only)`,
      command: bin('secretlint'),
      args: ['--secretlintrc', file, '--format', 'json', '--output', report, `${tree}/**/*`],
      report,
      count: messagesOf,
    });
  }
  return tools;
}
