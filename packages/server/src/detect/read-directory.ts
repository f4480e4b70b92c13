import * as z from 'zod';
import { type Directory, emptyDirectory } from './model.ts';

const text = z.union([z.string(), z.number()]).transform(String).nullish();
const cents = z.number().nullish();

const directoryFile = z.object({
  users: z
    .array(
      z.object({
        uid: z.union([z.string(), z.number()]).transform(String),
        dept: text,
        role: text,
        city: text,
        shift: z.unknown().optional(),
        can_export: z.boolean().nullish(),
        is_admin: z.boolean().nullish(),
        tz: text,
      }),
    )
    .default([]),
  service_accounts: z
    .array(z.union([z.string(), z.object({ uid: z.string() }).transform(({ uid }) => uid)]))
    .nullish()
    .transform((list) => list ?? []),
  office_ips: z
    .union([z.record(z.string(), z.union([z.string(), z.array(z.string())])), z.array(z.string())])
    .nullish()
    .transform((value) => Object.values(value ?? {}).flat()),
  campaigns: z
    .array(
      z.object({
        id: z.union([z.string(), z.number()]).transform(String),
        min_cents: cents,
        max_cents: cents,
        fixed_cents: cents,
      }),
    )
    .nullish()
    .transform((list) => list ?? []),
  tz: text,
  dept_tz: z
    .record(z.string(), z.string())
    .nullish()
    .transform((zones) => new Map(Object.entries(zones ?? {}))),
});

/** Reads the file of `--directory`. @throws z.ZodError when it is not of that form */
export function readDirectory(value: unknown): Directory {
  const file = directoryFile.parse(value);
  return {
    users: new Map(
      file.users.map((user) => [
        user.uid,
        {
          uid: user.uid,
          dept: user.dept ?? null,
          role: user.role ?? null,
          city: user.city ?? null,
          shift: user.shift === undefined || user.shift === null ? null : JSON.stringify(user.shift),
          canExport: user.can_export ?? null,
          isAdmin: user.is_admin ?? null,
          ...zoneOf(user.tz ?? file.dept_tz.get(user.dept ?? '') ?? null),
        },
      ]),
    ),
    serviceAccounts: new Set(file.service_accounts),
    officeAddresses: new Set(file.office_ips),
    campaigns: new Map(
      file.campaigns.map((campaign) => [
        campaign.id,
        {
          id: campaign.id,
          minCents: campaign.min_cents ?? null,
          maxCents: campaign.max_cents ?? null,
          fixedCents: campaign.fixed_cents ?? null,
          personDay: null,
        },
      ]),
    ),
    claimRoutes: emptyDirectory.claimRoutes,
    timeZone: file.tz ?? emptyDirectory.timeZone,
  };
}

const zoneOf = (timeZone: string | null): { timeZone?: string } => (timeZone === null ? {} : { timeZone });
