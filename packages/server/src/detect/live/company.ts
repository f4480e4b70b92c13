import type { Config } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { CampaignBounds, Directory, DirectoryUser } from '../model.ts';

const ADMIN_ROLE = /admin|管理员/i;

/** What detection must know of the company, from the directory and the configuration in force. */
export function companyOf(directory: DirectorySnapshot, config: Config): Directory {
  const { timeZones } = config;
  const zoneOf = (uid: string, departments: readonly string[]): { timeZone?: string } => {
    const above = departments.flatMap((id) => directory.chain(id));
    const zone = timeZones.people[uid] ?? above.map((id) => timeZones.departments[id]).find((one) => one !== undefined);
    return zone === undefined ? {} : { timeZone: zone };
  };
  const users = new Map<string, DirectoryUser>();
  for (const { uid, departments, status } of directory.people.values()) {
    if (status !== 'active') continue;
    const roles = directory.rolesOf(uid);
    users.set(uid, {
      uid,
      dept: departments[0] ?? null,
      role: roles[0] ?? null,
      city: null,
      shift: null,
      canExport: null,
      isAdmin: roles.some((role) => ADMIN_ROLE.test(role)),
      ...zoneOf(uid, departments),
    });
  }
  const campaigns = new Map<string, CampaignBounds>();
  const claimRoutes = new Map<string, string[]>();
  for (const app of config.apps) {
    for (const { id, amount, quota, claim } of app.campaigns) {
      campaigns.set(id, {
        id,
        minCents: amount.minCents,
        maxCents: amount.maxCents,
        fixedCents: amount.fixedCents?.length === 1 ? (amount.fixedCents[0] ?? null) : null,
        personDay: quota.person.perDay ?? quota.person.total ?? null,
      });
      claimRoutes.set(claim.route, [...(claimRoutes.get(claim.route) ?? []), id]);
    }
  }
  return {
    ...{ users, serviceAccounts: new Set(), officeAddresses: new Set(), campaigns, claimRoutes },
    timeZone: config.timeZones.company,
  };
}
