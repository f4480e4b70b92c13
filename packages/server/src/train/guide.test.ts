import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { openLibrary } from './courses/library.ts';
import { parseCourse } from './courses/parse-course.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/training.md'), 'utf8');

it('the guide to training shows a configuration that works, and a course that is one', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const read = parseConfig(yaml, '/etc/menshen.yaml', { env: { SMTP_PASSWORD: 'x' }, readFile: () => '' });
  expect(read.ok ? [] : read.problems).toEqual([]);
  const [, zh = ''] = /```markdown\n([\s\S]*?)```/.exec(guide) ?? [];
  const parsed = parseCourse({ zh, en: null }, { origin: 'own', pictures: new Set(openLibrary().pictures.keys()) });
  expect(parsed.ok ? [] : parsed.problems).toEqual([]);
});
