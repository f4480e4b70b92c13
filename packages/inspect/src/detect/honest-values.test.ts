import { describe, expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { honestValues } from './testing/honest-values.ts';
import { createValueInspector } from './testing/value.ts';

const inspect = createValueInspector(detectors);

describe('honest values pass', () => {
  test.each(honestValues.map(([text, at]) => ({ text, at })))('$text', ({ text, at }) => {
    const { action, findings } = inspect(text, at);
    expect({ action, rules: action === 'pass' ? [] : findings.map((finding) => finding.rule) }).toStrictEqual({
      action: 'pass',
      rules: [],
    });
  });
});
