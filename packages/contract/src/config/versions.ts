import * as z from 'zod';

/**
 * Which versions of the mini program may ask. `registered`: the number in the Referer stands for a registered release that is not revoked; a weak sign.
 * `signed`: the session was opened by a sealed login in which the SDK named such a release.
 */
export const versionDemands = ['any', 'registered', 'signed'] as const;
export const versionDemand = z.enum(versionDemands);
export type VersionDemand = z.output<typeof versionDemand>;

export const versionsSchema = z.strictObject({
  accept: versionDemand.default('any'),
  /** `monitor` only notes what would be refused. Look at that for a day before you turn it on. */
  mode: z.enum(['monitor', 'enforce']).default('monitor'),
  /** Whether WeChat's reviewers, trial versions and the developer tools may ask: they have no number, and whoever writes a Referer can claim to be one. */
  trial: z.boolean().default(false),
});
export type VersionsConfig = z.output<typeof versionsSchema>;
