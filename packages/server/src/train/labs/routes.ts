import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { learners } from '../assignments/model.ts';
import type { CertificateService } from '../certificates/service.ts';
import { titleOf } from '../courses/model.ts';
import type { CourseService } from '../courses/service.ts';
import { groupsOf } from '../coverage.ts';
import { bindLearn, type LearnBound, learnerOf } from '../learn/bind.ts';
import { labs as allLabs, labOf } from './cases/index.ts';
import type { Lab, LabRequest } from './model.ts';
import type { RunState } from './service.ts';
import type { Labs } from './shared.ts';

export interface LabRouteParts {
  readonly labs: Labs;
  readonly courses: Pick<CourseService, 'all'>;
  readonly certificates: Pick<CertificateService, 'ofPerson'>;
  readonly clock: () => number;
}

/** What employees do in labs: start a sandbox of their own, send what the lab lists, switch the protection on. */
export function labLearnHandlers({ labs, courses, certificates, clock }: LabRouteParts): readonly LearnBound[] {
  const summaries = async (uid: string): Promise<contract.LearnLabSummary[]> => {
    const passed = new Map((await labs.results(uid)).map((result) => [result.lab, result.passed]));
    const own = await certificates.ofPerson(uid);
    const asking = await askedBy(courses);
    return allLabs.map(({ id, title, summary, minutes }) => ({
      ...{ id, title, summary, minutes, passed: passed.get(id) ?? null },
      courses: asking(id).map((course) => ({ ...course, certificate: own.get(course.id) ?? null })),
    }));
  };
  const viewOf = async (uid: string, id: contract.LabId): Promise<contract.LearnLabView> => {
    if (!labs.enabled()) throw new contract.MenshenError('labs_off');
    const lab = labOf(id);
    const summary = (await summaries(uid)).find((one) => one.id === id);
    if (summary === undefined) throw new contract.MenshenError('not_found');
    const run = await labs.runOf(uid);
    return {
      ...{ lab: summary, protection: lab.protection, requests: lab.requests.map(requestView) },
      run: run === null || run.lab !== id ? null : runView(run, clock()),
    };
  };
  return [
    bindLearn(contract.learnLabs, async (call) => {
      const { uid } = learnerOf(call);
      const enabled = labs.enabled();
      return { enabled, labs: enabled ? await summaries(uid) : [], running: await labs.labOf(uid) };
    }),
    bindLearn(contract.learnLab, async (call) => await viewOf(learnerOf(call).uid, call.params.lab)),
    bindLearn(contract.learnLabStart, async (call) => {
      const learner = learnerOf(call);
      await labs.start(learner, call.params.lab);
      return await viewOf(learner.uid, call.params.lab);
    }),
    bindLearn(contract.learnLabSend, async (call) => {
      const learner = learnerOf(call);
      const { request, values } = call.body;
      const { sent, status, body, harmed } = await labs.send(learner, call.params.lab, request, values);
      return { ...{ sent, status, body, harmed }, view: await viewOf(learner.uid, call.params.lab) };
    }),
    bindLearn(contract.learnLabProtect, async (call) => {
      const learner = learnerOf(call);
      await labs.protect(learner, call.params.lab);
      return await viewOf(learner.uid, call.params.lab);
    }),
    bindLearn(contract.learnLabEnd, async (call) => {
      await labs.end(learnerOf(call).uid, call.params.lab);
      return { ok: true as const };
    }),
  ];
}

/** Courses whose certificate asks for a lab. */
async function askedBy(courses: Pick<CourseService, 'all'>) {
  const all = [...(await courses.all()).values()];
  return (id: contract.LabId) =>
    all.filter((course) => course.labs.includes(id)).map((course) => ({ id: course.id, title: titleOf(course) }));
}

function requestView({ id, role, method, path, fixed, fields, title, task }: LabRequest): contract.LearnLabRequest {
  return { ...{ id, role, method, path, title, task }, fixed: { ...fixed }, fields: [...fields] };
}

function runView({ log, standings, changes, ...run }: RunState, now: number): contract.LearnLabRun {
  return {
    ...{ state: run.state, failure: run.failure, expires: run.expires, now, left: run.left, protected: run.protected },
    changes: changes.map(([mark, line]) => ({ mark, line })),
    log: log.map(({ request, index, status, outcome, code, stage, alarm }) => ({
      ...{ request, index, status, outcome, code, stage, alarm },
      text:
        code !== null && contract.isErrorCode(code)
          ? { zh: contract.errorText(code, 'zh'), en: contract.errorText(code, 'en') }
          : null,
    })),
    standings: standings.map(({ request, succeeded, held }) => ({ request, succeeded, held })),
  };
}

export interface LabAdminParts extends Pick<LabRouteParts, 'labs' | 'courses'> {
  readonly directory: () => DirectorySnapshot;
  readonly settings: () => Pick<contract.TrainingConfig, 'labs' | 'minimumGroup'>;
}

/** Labs for the security team: numbers of people, never names. */
export function labHandlers({ labs, courses, directory, settings }: LabAdminParts): readonly Bound[] {
  return [
    bind(contract.listTrainingLabs, async () => {
      const snapshot = directory();
      const { labs: set, minimumGroup } = settings();
      const everybody = new Set(learners(snapshot).map(({ uid }) => uid));
      const results = await labs.results();
      const asking = await askedBy(courses);
      const count = (id: Lab['id'], uids: ReadonlySet<string>, what: 'tried' | 'passed'): number =>
        results.filter(({ uid, lab, passed }) => lab === id && uids.has(uid) && (what === 'tried' || passed !== null)).length;
      const enough = everybody.size >= minimumGroup;
      return {
        ...{ enabled: set.enabled, atOnce: set.atOnce, minutes: set.minutes, running: labs.running(), minimumGroup },
        people: everybody.size,
        labs: allLabs.map(({ id, title, summary }) => ({
          ...{ id, title, summary, courses: asking(id) },
          tried: enough ? count(id, everybody, 'tried') : null,
          passed: enough ? count(id, everybody, 'passed') : null,
        })),
        groups: groupsOf(snapshot, minimumGroup)
          .filter(({ uids }) => uids.size >= minimumGroup)
          .map(({ department, uids }) => ({
            department,
            name: department === null ? '' : (snapshot.departments.get(department)?.name ?? department),
            people: uids.size,
            labs: allLabs.map(({ id }) => ({ lab: id, passed: count(id, uids, 'passed') })),
          })),
      };
    }),
  ];
}
