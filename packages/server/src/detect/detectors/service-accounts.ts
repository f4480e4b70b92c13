import type { Detector } from '../seen.ts';

const MATURE_EVENTS = 100;

/** A program does the same from the same place every day; anything else is somebody with its key. */
export const serviceAccounts: Detector = ({ report }) => {
  return (seen) => {
    const { activity, person, service } = seen;
    if (!service || person === null || person.events < MATURE_EVENTS || activity.ts - person.first < 12 * 3_600_000) return;
    const { id, ip, action, user } = activity;
    const newAddress = ip !== null && !seen.knownAddress;
    const newAction = !person.actions.has(action);
    const spread = person.addresses.size;
    const newClient = activity.model !== null && person.models.size > 0 && !person.models.has(activity.model);
    const newDevice = activity.device !== null && person.devices.size > 0 && !seen.knownDevice;
    const score =
      (newAddress ? 2 / Math.max(1, Math.log2(spread + 1)) : 0) +
      (newAction ? 1 : 0) +
      (newClient ? 0.7 : 0) +
      (newDevice ? 0.7 : 0);
    seen.tainted = score >= 1;
    report(seen, {
      rule: 'service_account_anomaly',
      entity: `user ${user}`,
      score,
      events: [id],
      facts: { new_address: newAddress, new_action: newAction, new_device: newDevice, action, usual_addresses: spread },
    });
  };
};
