import * as z from 'zod';

/** A secret after `${ENV}` and `file:` references have been resolved by the loader. */
export const secret = z.string().min(1).max(4096);

export const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, starting with a letter');

/** An IANA time zone. */
export const timeZone = z.string().max(64).refine(isTimeZone, 'an IANA time zone such as "Asia/Shanghai"');

/** Whether the runtime knows a time zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether the port behind the last colon of `host:port` exists. 0 lets the system choose. */
export function isPort(listen: string): boolean {
  return Number(listen.slice(listen.lastIndexOf(':') + 1)) <= 65_535;
}
