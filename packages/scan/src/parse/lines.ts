/** Line and column of offsets in one text; both count from 1. */
export interface LineTable {
  readonly count: number;
  line(offset: number): number;
  column(offset: number): number;
  /** Offset at which a line begins; `line` counts from 1. */
  startOf(line: number): number;
}

/** `\n`, `\r\n` and a lone `\r` end a line, as editors count them. */
export function lineTable(text: string): LineTable {
  const starts: number[] = [0];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  const line = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  return {
    count: starts.length,
    line,
    column: (offset) => offset - (starts[line(offset) - 1] ?? 0) + 1,
    startOf: (number) => starts[number - 1] ?? text.length,
  };
}
