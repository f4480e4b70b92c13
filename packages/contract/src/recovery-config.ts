import * as z from 'zod';

const folder = z.string().min(1).max(500);
/** Program and arguments; `{file}` and `{name}` are filled in for each file. */
const command = z
  .array(z.string().min(1).max(1_000))
  .min(1)
  .max(30)
  .refine((words) => words.some((word) => word.includes('{file}')), 'must hold {file}');
const placeSchema = z.union([z.strictObject({ folder }), z.strictObject({ command })]);

const shipSchema = z.strictObject({
  /** The second place: another disk, a mounted share, or a program that takes a file elsewhere. */
  to: placeSchema,
  everySeconds: z.int().min(1).max(60).default(2),
  /** A new base is made after so many hours; restoring reads one base and what came after it. */
  baseHours: z.int().min(1).max(168).default(24),
  keepDays: z.int().min(1).max(3_650).default(7),
  /** Whether the keys travel with it, without which nothing sealed can be read. */
  keys: z.boolean().default(true),
});
export type ShipConfig = z.output<typeof shipSchema>;

const recipient = z.string().regex(/^age1[0-9a-z]{40,4000}$/, 'an age public key (age1...)');

/** Backups, shipping to a second place and drills; see docs/guides/backups.md. */
export const recoverySchema = z
  .strictObject({
    /** To whom everything is encrypted. The identities lie elsewhere. */
    recipients: z.array(recipient).max(20).default([]),
    ship: shipSchema.optional(),
  })
  .refine((recovery) => recovery.ship === undefined || recovery.recipients.length > 0, {
    path: ['recipients'],
    message: 'at least one recipient (menshen backup key makes one)',
  });
export type RecoveryConfig = z.output<typeof recoverySchema>;
