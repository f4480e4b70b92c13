import * as z from 'zod';
import { identifier, isTimeZone, secret } from './words.ts';

const folder = z.string().min(1).max(500);
/** Program and arguments; `{file}` and `{name}` are filled in for each file. */
const command = z
  .array(z.string().min(1).max(1_000))
  .min(1)
  .max(30)
  .refine((words) => words.some((word) => word.includes('{file}')), 'must hold {file}');
const placeSchema = z.union([z.strictObject({ folder }), z.strictObject({ command })]);
export type RecoveryPlace = z.output<typeof placeSchema>;

const shipSchema = z.strictObject({
  /** The second place: another disk, a mounted share, or a program that takes a file elsewhere. */
  to: placeSchema,
  everySeconds: z.int().min(1).max(60).default(2),
  /** A new base is made after so many hours; restoring reads one base and what came after it. */
  baseHours: z.int().min(1).max(168).default(24),
  keepDays: z.int().min(1).max(3_650).default(7),
  /** Whether a store of PostgreSQL travels, too; `false` leaves it to its own archive. The embedded store always does. */
  database: z.boolean().default(true),
  /** Whether the keys travel with it, without which nothing sealed can be read. */
  keys: z.boolean().default(true),
});
export type ShipConfig = z.output<typeof shipSchema>;

const at = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
/** Day of a weekly run: 1 is Monday, 7 Sunday. */
const weekday = z.int().min(1).max(7).default(7);

const backupsSchema = z.strictObject({
  folder,
  schedule: z.enum(['daily', 'weekly']).default('daily'),
  /** Time of day in `recovery.timeZone`. */
  at: at.default('02:00'),
  weekday,
  /** What is older goes, but never the newest of this number. */
  keepDays: z.int().min(1).max(3_650).default(90),
  keepCount: z.int().min(1).max(1_000).default(14),
  /** A copy of every backup goes here, too. */
  offsite: placeSchema.optional(),
  keys: z.boolean().default(true),
});

const drillSchema = z.strictObject({
  schedule: z.enum(['daily', 'weekly']).default('weekly'),
  at: at.default('04:30'),
  weekday,
  /** The age identity that opens the backups, for drills on this server. Whoever has the server has it too: else drill on another machine. */
  identity: secret,
});

const database = (scheme: string) =>
  z
    .string()
    .max(1_000)
    .refine((text) => URL.canParse(text) && new RegExp(`^${scheme}:$`).test(new URL(text).protocol), `${scheme}://USER@HOST/NAME`)
    .refine((text) => URL.canParse(text) && new URL(text).password === '', 'the password belongs into `secret`')
    .refine((text) => URL.canParse(text) && /^\/[^/]+$/.test(new URL(text).pathname), 'must name a database');
/** An empty database that drills restore into, and empty again. */
const scratch = database('(postgres(ql)?|mysql)').optional();
const dataSchema = z.union([
  z.strictObject({ id: identifier, postgres: database('postgres(ql)?'), secret: secret.optional(), scratch }),
  z.strictObject({ id: identifier, mysql: database('mysql'), secret: secret.optional(), scratch }),
  z.strictObject({ id: identifier, sqlite: folder }),
  z.strictObject({ id: identifier, folder }),
]);
export type BusinessData = z.output<typeof dataSchema>;

const recipient = z.string().regex(/^age1[0-9a-z]{40,4000}$/, 'an age public key (age1...)');

/** Backups, shipping to a second place and drills; see docs/guides/backups.md. */
export const recoverySchema = z
  .strictObject({
    /** To whom everything is encrypted. The identities lie elsewhere. */
    recipients: z.array(recipient).max(20).default([]),
    ship: shipSchema.optional(),
    backups: backupsSchema.optional(),
    drill: drillSchema.optional(),
    /** Business data that backups hold, too. */
    data: z
      .array(dataSchema)
      .max(50)
      .default([])
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two have the same id'),
    timeZone: z.string().max(60).default('Asia/Shanghai').refine(isTimeZone, 'a time zone such as Asia/Shanghai'),
  })
  .refine(({ ship, backups, recipients }) => (ship === undefined && backups === undefined) || recipients.length > 0, {
    path: ['recipients'],
    message: 'at least one recipient (menshen backup key makes one)',
  })
  .refine(({ drill, backups }) => drill === undefined || backups !== undefined, {
    path: ['drill'],
    message: 'drills restore backups: name recovery.backups',
  });
export type RecoveryConfig = z.output<typeof recoverySchema>;
