import { UsageError } from './command.ts';

/** Highest first port: the demonstration takes three more above it. */
const highest = 65_532;

/** A port number from an option, or null when it is not given. */
export function readPort(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value < 1 || value > highest)
    throw new UsageError({ zh: `--${name} 应为端口号。`, en: `--${name} must be a port number.` });
  return value;
}
