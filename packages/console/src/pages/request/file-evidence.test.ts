import { describe, expect, it } from 'vitest';
import { readPositions } from './file-evidence.tsx';

describe('positions in a file', () => {
  it('are read as the gateway writes them', () => {
    expect(readPositions('svg_script @120 · php_code #3/1 @6 · archive_bomb')).toEqual([
      { rule: 'svg_script', entries: [], at: '120' },
      { rule: 'php_code', entries: ['3', '1'], at: '6' },
      { rule: 'archive_bomb', entries: [], at: null },
    ]);
  });

  it('of which the last was cut are read as far as they go', () => {
    expect(readPositions('svg_script @1 · markup_han…')).toEqual([{ rule: 'svg_script', entries: [], at: '1' }]);
  });
});
