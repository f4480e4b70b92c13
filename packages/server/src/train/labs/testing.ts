import type { LogFact } from './model.ts';
import type { SandboxHandle } from './sandbox-process.ts';

/** A sandbox without a process, whose log says what a test has it say. */
export function inventedSandbox() {
  let leave: () => void = () => undefined;
  let begin: (failure: 'demo_missing' | 'start' | null) => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const log = { switched: null as number | null, requests: [] as LogFact[] };
  const sent: { request: string; values: object }[] = [];
  const answers: { harmed: boolean; fact: Partial<LogFact> }[] = [];
  const handle: SandboxHandle = {
    started: new Promise((resolve) => {
      begin = resolve;
    }),
    gone,
    end: async () => leave(),
    calls: {
      async send(request, values) {
        sent.push({ request, values });
        const { harmed = false, fact = {} } = answers.shift() ?? {};
        const requestId = `r${sent.length}`;
        log.requests.push({
          ...{ requestId, index: sent.length * 10, outcome: 'passed', status: 200, code: null, stage: null, alarm: null },
          ...fact,
        });
        const shown = { method: 'GET', path: '/', headers: {}, body: null };
        return { sent: shown, status: 200, requestId, body: '{}', harmed };
      },
      async protect() {
        log.switched = sent.length * 10 + 5;
        return [['+', 'stepUp:']];
      },
      log: async () => log,
    },
  };
  return {
    handle,
    log,
    sent,
    answers,
    begin: (failure: 'demo_missing' | 'start' | null) => begin(failure),
    leave: () => leave(),
  };
}

export type InventedSandbox = ReturnType<typeof inventedSandbox>;
