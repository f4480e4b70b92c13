/** A scan that takes longer shows how far it is. */
const quietMillis = 2000;

/** A bar on a terminal, after two seconds; nothing where the stream is no terminal. `end` removes it. */
export function progressBar(stream: { readonly isTTY?: boolean; write(text: string): unknown }, now: () => number) {
  const began = now();
  let drawn = false;
  return {
    step(done: number, total: number): void {
      if (stream.isTTY !== true || now() - began < quietMillis) return;
      const width = 30;
      const filled = total === 0 ? 0 : Math.floor((width * done) / total);
      stream.write(`\r[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total}`);
      drawn = true;
    },
    end(): void {
      if (drawn) stream.write(`\r${' '.repeat(50)}\r`);
    },
  };
}
