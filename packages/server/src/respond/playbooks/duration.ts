const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof units;

/** `30s`, `10m`, `2h`, `7d` in milliseconds; null for anything else. */
export function durationMs(text: string): number | null {
  const found = /^([1-9]\d{0,4})([smhd])$/.exec(text);
  return found === null ? null : Number(found[1]) * units[found[2] as Unit];
}

/** Milliseconds in the largest unit that says them whole. */
export function durationText(ms: number): string {
  for (const unit of ['d', 'h', 'm'] as const)
    if (ms >= units[unit] && ms % units[unit] === 0) return `${ms / units[unit]}${unit}`;
  return `${Math.ceil(ms / units.s)}s`;
}
