import type { GatewayMode } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { ModeSwitch, SwitchStore } from './store.ts';

export interface SwitchService {
  /** Mode in force: what was set in the console, else what the configuration says. */
  mode(): GatewayMode;
  state(): ModeSwitch | null;
  /** Sets the mode after its intent is durable. Anything but `enforce` raises an alarm that stands until it is enforced again. */
  setMode(mode: GatewayMode, by: string, reason: string): Promise<void>;
  /** Reads the table again: another node may have set it. */
  refresh(): Promise<void>;
}

export async function createSwitchService(parts: {
  readonly store: SwitchStore;
  readonly audit: Audit;
  readonly configured: () => GatewayMode;
  /** Makes the other nodes read the table. */
  readonly announce: () => Promise<unknown>;
  readonly clock: () => number;
}): Promise<SwitchService> {
  const { store, audit, clock } = parts;
  let current = await store.mode();
  let changes = 0;
  return {
    mode: () => current?.mode ?? parts.configured(),
    state: () => current,
    async setMode(mode, by, reason) {
      const next: ModeSwitch = { mode, since: clock(), by, reason };
      await audit.act(by, { activity: 'update', entity: 'gateway mode', detail: { mode, reason } }, async () => {
        await store.setMode(next);
        changes += 1;
        current = next;
      });
      await parts.announce();
      if (mode !== 'enforce') {
        await audit.record(
          detectionEvent({
            time: clock(),
            rule: 'gateway_not_enforcing',
            severity: 'critical',
            detail: { mode, by },
            title: `gateway mode is ${mode}`,
          }),
        );
      }
    },
    async refresh() {
      const before = changes;
      const read = await store.mode();
      // What was read may be older than what was set meanwhile.
      if (changes === before) current = read;
    },
  };
}
