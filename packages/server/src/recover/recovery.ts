import type { RecoveryConfig } from '@menshen/contract';
import type { StoreKind } from '../store/migration.ts';
import type { RecoveryStanding } from './attention.ts';
import type { RecoveryService } from './service.ts';

/** Recovery as the control plane sees it. */
export interface Recovery {
  readonly service: RecoveryService;
  readonly standing: () => Promise<RecoveryStanding>;
  readonly storeKind: StoreKind;
  readonly config: () => RecoveryConfig;
  readonly clock: () => number;
}
