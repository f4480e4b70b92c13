import type { Call } from '../../flow/client.ts';
import type { Path, State } from '../../flow/state.ts';
import type { Target } from '../../flow/target.ts';
import type { Analysis } from './analysis.ts';
import type { ServerLabel } from './server-sources.ts';

export interface Arrival {
  readonly analysis: Analysis;
  readonly label: ServerLabel;
  readonly call: Call;
  readonly index: number;
  readonly path: Path;
  readonly state: State;
  readonly targets: readonly Target[];
}
