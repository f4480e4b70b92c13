import { type ChildProcess, fork } from 'node:child_process';
import type { ConfigInput } from '@menshen/contract';
import type { CodeBatches } from '../guard/code-batches.ts';
import type { SessionSnapshot } from '../identity/snapshot.ts';
import type { Platform } from '../platform/model.ts';
import { type Caller, createCaller } from './http.ts';

/** What a node says when it takes requests. */
export interface NodeReady {
  readonly gatewayUrl: string;
  readonly apiUrl: string;
}

export interface NodeAsk {
  readonly id: number;
  readonly service: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type NodeAnswer = { readonly id: number } & ({ readonly value: unknown } | { readonly failure: string });

/** What can be asked of a node. */
export type NodeServices = Platform & { readonly sessions: SessionSnapshot; readonly codes: CodeBatches };

type Method<S extends keyof NodeServices, M extends keyof NodeServices[S]> = NodeServices[S][M] extends (
  ...args: infer A
) => infer R
  ? { readonly args: A; readonly answer: Awaited<R> }
  : never;

/** A node in a process of its own. */
export interface TestNode extends NodeReady {
  readonly call: Caller;
  /** Calls a service of the node's platform; what it answers travels as JSON. */
  ask<S extends keyof NodeServices, M extends keyof NodeServices[S] & string>(
    service: S,
    method: M,
    ...args: Method<S, M>['args']
  ): Promise<Method<S, M>['answer']>;
  /** Ends the process without warning (SIGKILL). */
  kill(): Promise<void>;
  /** Lets the process end in order. */
  close(): Promise<void>;
}

/** Starts a node. Rejects with what it wrote to standard error when it ends before it is ready. */
export async function startNode(config: ConfigInput, folder: string): Promise<TestNode> {
  const child: ChildProcess = fork(new URL('./node-child.ts', import.meta.url), [JSON.stringify({ config, folder })], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-4_000);
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await new Promise<NodeReady>((resolve, reject) => {
    child.once('message', (message) => resolve(message as NodeReady));
    child.once('close', () => reject(new Error(complaint)));
  });
  const waiting = new Map<number, (answer: NodeAnswer) => void>();
  child.on('message', (answer: NodeAnswer) => waiting.get(answer.id)?.(answer));
  let asked = 0;
  return {
    ...ready,
    call: createCaller(ready.gatewayUrl),
    async ask(service, method, ...args) {
      asked += 1;
      const id = asked;
      const answered = new Promise<NodeAnswer>((resolve) => waiting.set(id, resolve));
      child.send({ id, service, method, args } satisfies NodeAsk);
      const answer = await answered;
      waiting.delete(id);
      if ('failure' in answer) throw new Error(answer.failure);
      // The types are those of the service; see `Method`.
      return answer.value as never;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async close() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
