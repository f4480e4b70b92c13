import type { Holding } from '../../privacy/holding.ts';
import type { AuditPersons } from './service.ts';

/**
 * What an erasure does to the log: entries stay, because the log is proved whole and the law wants them kept; once it no longer does, the person's key is
 * destroyed, and they are nobody's. There is nothing that an erasure would remove at once.
 */
export function createAuditHolding(persons: AuditPersons): Holding {
  return {
    name: 'audit',
    tables: [],
    uids: async () => [],
    count: async () => 0,
    read: async () => [],
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      await persons.erase(uid);
      return 0;
    },
  };
}
