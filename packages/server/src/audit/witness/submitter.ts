import {
  formatAddCheckpoint,
  formatNote,
  type NoteSignature,
  parseCosignature,
  parseNote,
  TlogError,
  type VerifierKey,
} from '@menshen/tlog';
import { parseVerifierKey, verifySignature } from '@menshen/tlog/node';
import { readBounded } from '../../api/bounded-answer.ts';
import { atMost } from '../../gently.ts';
import { openLog } from '../log/reader.ts';
import { directorySource } from '../log/source.ts';

/** Why a witness does not sign. */
export type WitnessProblem =
  /** It does not answer, or not as a witness does. */
  | 'unreachable'
  /** It knows a longer log under this name: this one was rolled back. */
  | 'rolled_back'
  /** What it knows is no part of this log. */
  | 'forked'
  /** It does not know this log or its key. */
  | 'unknown_log'
  /** Its signature is not its key's. */
  | 'signature_invalid';

/** A witness as the console shows it. */
export interface WitnessState {
  readonly name: string;
  readonly url: string;
  /** Size that it has last signed; null when it has not since this process started. */
  readonly size: number | null;
  /** When it has, epoch ms. */
  readonly signedAt: number | null;
  readonly problem: WitnessProblem | null;
  /** Size that it says it has seen, where that is more than this log has. */
  readonly recorded: number | null;
}

export interface SubmitterOptions {
  readonly directory: string;
  readonly witnesses: readonly { readonly url: string; readonly vkey: string }[];
  /** How many must have signed a checkpoint before it counts as witnessed. */
  readonly quorum: number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: () => number;
  /** Keeps a checkpoint with its cosignatures. */
  readonly publish: (note: string, size: number) => void;
  /** Hears when a witness's problem changes; null when it is over. */
  readonly onProblem: (witness: WitnessState) => void;
}

export interface Submitter {
  /** Shows the last checkpoint to every witness that has not signed it. Never rejects; one round at a time, which goes on without a witness that does not answer. */
  submit(): Promise<void>;
  states(): readonly WitnessState[];
  /** The last checkpoint that enough witnesses have signed; null for none since the start. */
  witnessed(): { readonly size: number; readonly at: number } | null;
}

const ANSWER_MS = 5_000;
/** How long a round waits for its slowest witness; what comes later counts when it comes. */
const PATIENCE_MS = 1_000;
const MAX_ANSWER_BYTES = 16_384;

interface Member {
  readonly key: VerifierKey;
  readonly url: string;
  state: WitnessState;
  /** Size from which the next proof starts. */
  known: number;
  signature: { readonly size: number; readonly line: NoteSignature } | null;
  /** It is being asked, also where a round has gone on without it. */
  asked: boolean;
}

interface Shown {
  readonly note: string;
  readonly size: number;
  readonly text: string;
}

/** Shows a log's checkpoints to its witnesses (C2SP tlog-witness) and gathers what they sign. */
export function createSubmitter(options: SubmitterOptions): Submitter {
  const log = openLog(directorySource(options.directory));
  const members: Member[] = options.witnesses.map(({ url, vkey }) => {
    const key = parseVerifierKey(vkey);
    const state = { name: key.name, url, size: null, signedAt: null, problem: null, recorded: null };
    return { key, url: url.endsWith('/') ? url : `${url}/`, state, known: 0, signature: null, asked: false };
  });
  let busy: Promise<void> | null = null;
  let witnessed: { size: number; at: number } | null = null;

  const problem = (member: Member, found: WitnessProblem, recorded: number | null = null): void => {
    const before = member.state;
    member.state = { ...before, problem: found, recorded };
    if (before.problem !== found) options.onProblem(member.state);
  };

  const ask = async (member: Member, shown: Shown): Promise<{ status: number; body: string }> => {
    const proof = await log.proveConsistency(member.known, shown.size);
    const response = await options.fetch(new URL('add-checkpoint', member.url).href, {
      method: 'POST',
      body: formatAddCheckpoint({ old: member.known, proof, checkpoint: shown.note }),
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, body: (await readBounded(response, MAX_ANSWER_BYTES)).toString('utf8') };
  };

  const show = async (member: Member, shown: Shown): Promise<void> => {
    let { status, body } = await ask(member, shown);
    if (status === 409) {
      const recorded = /^\d{1,15}\n?$/.test(body) ? Number(body) : Number.NaN;
      if (recorded > shown.size) return problem(member, 'rolled_back', recorded);
      if (!(recorded >= 0)) return problem(member, 'unreachable');
      member.known = recorded;
      ({ status, body } = await ask(member, shown));
    }
    if (status === 422) return problem(member, 'forked');
    if (status === 403 || status === 404) return problem(member, 'unknown_log');
    if (status !== 200) return problem(member, 'unreachable');
    const line = cosignatureIn(body, shown.text, member.key);
    if (line === null) return problem(member, 'signature_invalid');
    const before = member.state.problem;
    member.known = shown.size;
    member.signature = { size: shown.size, line };
    member.state = { ...member.state, size: shown.size, signedAt: options.clock(), problem: null, recorded: null };
    if (before !== null) options.onProblem(member.state);
  };

  const round = async (): Promise<void> => {
    const published = await log.checkpoint().catch(() => null);
    if (published === null || published.checkpoint.size === 0) return;
    const { note, checkpoint } = published;
    const shown: Shown = { note, size: checkpoint.size, text: parseNote(note).text };
    const due = members.filter(({ signature, asked }) => signature?.size !== shown.size && !asked);
    const answers = due.map(async (member) => {
      member.asked = true;
      await show(member, shown).catch(() => problem(member, 'unreachable'));
      member.asked = false;
      publish(shown);
    });
    // What the others sign must not be as old as one witness's silence.
    await atMost(PATIENCE_MS, Promise.all(answers));
  };

  const publish = ({ note, text, size }: Shown): void => {
    const { signatures } = parseNote(note);
    const lines = members.flatMap(({ signature }) => (signature?.size === size ? [signature.line] : []));
    if (lines.length < options.quorum || size < (witnessed?.size ?? 0)) return;
    options.publish(formatNote(text, [...signatures, ...lines]), size);
    witnessed = { size, at: options.clock() };
  };

  return {
    async submit() {
      busy ??= round()
        .catch(() => undefined)
        .finally(() => {
          busy = null;
        });
      await busy;
    },
    states: () => members.map(({ state }) => state),
    witnessed: () => witnessed,
  };
}

/** The cosignature of a key in a witness's answer, when it has really made it. */
function cosignatureIn(body: string, text: string, key: VerifierKey): NoteSignature | null {
  try {
    const found = parseNote(`${text}\n${body}`).signatures.find(({ name, id }) => name === key.name && id === key.id);
    if (found === undefined || !verifySignature(text, found, key)) return null;
    return parseCosignature(found).time > 0 ? found : null;
  } catch (error) {
    if (error instanceof TlogError) return null;
    throw error;
  }
}
