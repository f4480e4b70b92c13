import type { Machine, SharedRead, SharedWrite } from '../machine/machine.ts';
import type { Place } from '../machine/value.ts';
import { deepFlags, origin } from '../machine/value.ts';
import { isIdentityMember, isIdentityName } from '../names.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

const identityWords = /user|uid|openid|token|session|auth|member|ctx|context|login|account|admin/i;

/** The identity of a request kept where every other request sees and overwrites it. */
export function judgeSharedState(machine: Machine, collect: Collect): void {
  const writes = new Map<string, SharedWrite[]>();
  for (const write of machine.sharedWrites) {
    // An instance of a cloud function serves one call at a time.
    if (write.entry.framework === 'cloud') continue;
    const short = nameOf(write.name);
    if (
      !(isIdentityMember(short) || isIdentityName(short) || identityWords.test(short)) ||
      (deepFlags(write.value, 1) & (origin.identity | origin.client)) === 0
    )
      continue;
    writes.set(write.name, [...(writes.get(write.name) ?? []), write]);
  }
  for (const [name, list] of writes) {
    const reads = machine.sharedReads.filter((read) => read.name === name && read.entry.framework !== 'cloud');
    const short = nameOf(name);
    for (const write of list) {
      collect({
        rule: 'MP-API-011',
        key: `MP-API-011|${functionKey(write)}`,
        place: write.place,
        message: {
          zh: `请求的身份 ${short} 保存在进程级对象上，所有并发请求共用：await 之后读到的可能是别人的身份`,
          en: `The request's identity ${short} is kept on an object of the process that all requests share: after an await it may be somebody else's`,
        },
        steps: [
          entryStep(write.entry),
          stepAt(write.place, `写入共享的 ${short}`, `Writes the shared ${short}`),
          ...reads.slice(0, 1).map((read) => stepAt(read.place, `其他代码读取 ${short}`, `Other code reads ${short}`)),
        ],
        ...evidenceOf(reads),
      });
    }
    for (const read of reads) {
      if (list.some((write) => write.place.file === read.place.file)) continue;
      collect({
        rule: 'MP-API-011',
        key: `MP-API-011|${read.place.file}`,
        place: read.place,
        message: {
          zh: `${short} 是进程级变量，会被其他并发请求改写：这里可能用到别人的身份`,
          en: `${short} belongs to the process and is overwritten by every other request: this may act for somebody else`,
        },
        steps: [
          entryStep(read.entry),
          ...list.slice(0, 1).map((write) => stepAt(write.place, `每个请求都写入 ${short}`, `Every request writes ${short}`)),
          stepAt(read.place, `这里读取 ${short}`, `Reads ${short} here`),
        ],
      });
    }
  }
}

function nameOf(name: string): string {
  return name.slice(name.lastIndexOf('#') + 1);
}

function functionKey(at: SharedRead | SharedWrite): string {
  const node = at.frames.at(-1)?.node;
  return `${at.place.file}:${node?.start ?? at.place.start}`;
}

function evidenceOf(reads: readonly SharedRead[]): { evidence?: { text: { zh: string; en: string }; places: Place[] } } {
  const places: Place[] = [];
  for (const read of reads)
    if (places.length < 4 && !places.some((place) => place.file === read.place.file && place.start === read.place.start))
      places.push(read.place);
  if (places.length === 0) return {};
  return {
    evidence: { text: { zh: `至少 ${places.length} 处代码读取它`, en: `At least ${places.length} places read it` }, places },
  };
}
