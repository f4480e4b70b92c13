import type { FunctionNode, Node } from '../parse/ast.ts';
import type { Callers } from './callers.ts';
import type { FlowClient, LabelPolicy } from './client.ts';
import type { Codebase } from './codebase.ts';
import type { Heap } from './heap.ts';
import type { Resolver } from './resolve-value.ts';
import type { Frame, Path, State } from './state.ts';
import type { StorageReads } from './stored.ts';

export interface Move {
  readonly flags?: number;
  readonly frame?: Frame | undefined;
  readonly note?: State['note'];
}

/** What the rules of transfer may use while one state is advanced. */
export interface Flow {
  readonly codebase: Codebase;
  readonly resolver: Resolver;
  readonly heap: Heap;
  readonly callers: Callers;
  readonly stored: StorageReads;
  readonly client: FlowClient;
  readonly policy: LabelPolicy;
  guards(node: Node): number;
  enter(call: Node, fn: FunctionNode, up: Frame | undefined): Frame;
  emit(node: Node, path: Path, from: State, move?: Move): void;
}
