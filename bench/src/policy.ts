import { median, type Row } from './measure.ts';
import { loadCasbin } from './policy/casbin.ts';
import { loadCasl } from './policy/casl.ts';
import { loadCedarWasm } from './policy/cedar-wasm.ts';
import { loadMenshen } from './policy/menshen.ts';
import { actionCount, benchPolicies, type Candidate, people, question, records } from './policy/world.ts';

const sizes = [10, 100, 1_000] as const;
const questions = 1_024;
/** As long as a round of one candidate takes, so that a thousand times slower ones end too. */
const roundMs = 12;
const rounds = 80;
const listRounds = 40;
/** A list takes the slowest more than a second: these are asked less often, in the same rounds. */
const slowListMs = 50;
const slowListRounds = 4;

interface Subject {
  readonly candidate: Candidate;
  readonly decisions: number[];
  readonly lists: number[];
  /** Questions a round. */
  batch: number;
  asked: number;
  /** CPU of this thread in microseconds, and for how many questions: the kernel counts in steps that only a sum levels out. */
  cpu: number;
  counted: number;
}

const asked = Array.from({ length: questions }, (_, index) => question(index));

/** A tenth of the rounds were faster: what a round costs when nothing else runs on the machine. */
function fastTenth(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)] ?? 0;
}

const cpuMicros = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};
const now = (): number => Number(process.hrtime.bigint()) / 1e3;

/** Microseconds for a batch of decisions; the next round goes on where this one ends. */
function decide(subject: Subject): number {
  const cpu = cpuMicros();
  const start = now();
  for (let nth = 0; nth < subject.batch; nth += 1) {
    const next = asked[(subject.asked + nth) % questions];
    if (next !== undefined) subject.candidate.decide(next);
  }
  const spent = now() - start;
  subject.cpu += cpuMicros() - cpu;
  subject.counted += subject.batch;
  subject.asked += subject.batch;
  return spent;
}

/** Milliseconds for one list. */
function list(subject: Subject, round: number): number {
  const person = people[round % people.length];
  if (person === undefined) return 0;
  const start = now();
  subject.candidate.filter(person, `a${round % actionCount}`);
  return (now() - start) / 1e3;
}

/** A candidate that answers otherwise does other work: then the figures would compare nothing. */
function checkAgreement(candidates: readonly Candidate[], size: number): number {
  let allowed = 0;
  for (let nth = 0; nth < 256; nth += 1) {
    const answers = candidates.map((candidate) => candidate.decide(question(nth * 3)));
    if (answers.some((answer) => answer !== answers[0]))
      throw new Error(`different answers to question ${nth} of ${size} policies`);
    if (answers[0] === true) allowed += 1;
  }
  return allowed / 256;
}

async function subjectsFor(size: number): Promise<Subject[]> {
  const policies = benchPolicies(size);
  const candidates: Candidate[] = [];
  for (const load of [loadMenshen, loadCasl, loadCasbin, loadCedarWasm]) candidates.push(await load(policies));
  const share = checkAgreement(candidates, size);
  process.stdout.write(`${size} policies: all candidates agree, ${(share * 100).toFixed(0)} % allowed\n`);
  return candidates.map((candidate) => {
    const subject: Subject = { candidate, decisions: [], lists: [], batch: 4, asked: 0, cpu: 0, counted: 0 };
    for (let warm = 0; warm < 3; warm += 1) {
      const spent = decide(subject);
      subject.batch = Math.max(1, Math.min(questions * 8, Math.round((subject.batch * roundMs * 1e3) / spent)));
    }
    subject.cpu = 0;
    subject.counted = 0;
    return subject;
  });
}

/** Our compiled policies against CASL, casbin and cedar-wasm: microseconds a decision and milliseconds a list, interleaved. */
export async function run(): Promise<readonly Row[]> {
  const bySize = new Map<number, Subject[]>();
  for (const size of sizes) bySize.set(size, await subjectsFor(size));
  const subjects = [...bySize.values()].flat();
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) subject.decisions.push(decide(subject) / subject.batch);
  }
  for (let round = 0; round < listRounds; round += 1) {
    for (const subject of subjects) {
      const slow = median(subject.decisions) * records.length > slowListMs * 1e3;
      if (!slow || round % (listRounds / slowListRounds) === 0) subject.lists.push(list(subject, round));
    }
  }
  return [...bySize].flatMap(([size, ofSize]) => {
    const [ours] = ofSize;
    return ofSize.map(({ candidate, decisions, lists, cpu, counted }): Row => {
      const micros = median(decisions);
      const milliseconds = median(lists);
      return {
        candidate: candidate.name,
        policies: size,
        'us/decision': Number(micros.toFixed(3)),
        'us CPU': Number((cpu / counted).toFixed(3)),
        'us fast tenth': Number(fastTenth(decisions).toFixed(3)),
        'x Menshen': Number((micros / median(ours?.decisions ?? [])).toFixed(2)),
        [`ms/list of ${records.length}`]: Number(milliseconds.toFixed(3)),
        'list x Menshen': Number((milliseconds / median(ours?.lists ?? [])).toFixed(2)),
      };
    });
  });
}
