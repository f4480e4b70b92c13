import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '@menshen/contract';
import type { EventStream } from '../api/stream.ts';
import type { DetectService } from '../detect/service.ts';
import { tellPerson } from '../notify/personal.ts';
import type { ScanEvidence } from '../scans/evidence.ts';
import type { Trouble, TroubleSource } from '../train/assignments/proposals.ts';
import type { SendReminder } from '../train/assignments/service.ts';
import { contestLearnHandlers } from '../train/contests/routes.ts';
import { openLibrary } from '../train/courses/library.ts';
import { drillLearnHandlers } from '../train/drills/routes.ts';
import type { SendDrill } from '../train/drills/service.ts';
import { learnHandlers } from '../train/learn/routes.ts';
import { type LearnServer, startLearnServer } from '../train/learn/server.ts';
import { createLearnerSignIn, type LearnerWecom } from '../train/learn/sign-in.ts';
import { createTrainService, type TrainService } from '../train/service.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { memoized } from './memoized.ts';
import type { People } from './people.ts';
import { splitListen } from './split-listen.ts';

export interface Training {
  readonly train: TrainService;
  /** Address of the page for employees; null where none is served. */
  readonly learnUrl: () => string | null;
  /** A ticket with which somebody who has a session at the gateway opens the page; null where none is served. */
  readonly ticket: (uid: string) => Promise<{ readonly url: string; readonly expiresAt: number } | null>;
}

export interface TrainingRooms {
  readonly people: Pick<People, 'providers' | 'directory' | 'identity'>;
  readonly detect: Pick<DetectService, 'list'>;
  readonly findings: Pick<ScanEvidence, 'open'>;
  readonly stream: Pick<EventStream, 'send'>;
  readonly version: string;
}

const alertsRead = 500;

/** Where the built page lies, in the repository and in the published package. */
function learnFolder(): string | null {
  const folder = fileURLToPath(new URL('../../../console/dist/learn/', import.meta.url));
  return existsSync(folder) ? folder : null;
}

/** Starts training: courses, duties and reminders on every node, and the listener for employees where the configuration names one. */
export async function startTraining(
  foundation: Foundation,
  current: Current,
  config: Config,
  closers: Closers,
  { people, detect, findings, stream, version }: TrainingRooms,
): Promise<Training> {
  const { store, keys, audit, coordination, metrics, clock, random } = foundation;
  const { directory, identity, providers } = people;
  const settings = () => current.runtime.config.training;
  const app = () => {
    const { apps, training } = current.runtime.config;
    return apps.find(({ id, wecom }) => wecom !== undefined && (training.app === undefined || training.app === id));
  };
  let server: LearnServer | null = null;
  const learnUrl = (): string | null =>
    server === null ? null : (settings().publicUrl?.replace(/\/+$/, '') ?? `http://localhost:${server.port}`);

  const send: SendReminder = async (uid, { subject, text, path }) => {
    const wecomApp = app();
    const client = wecomApp === undefined ? null : providers.messenger(wecomApp);
    const bound = (await identity.identitiesOf(uid)).find(
      ({ channel, provider }) => channel === 'wecom' && provider === wecomApp?.wecom?.corpid,
    );
    const userid = bound?.subject ?? (directory.ofWecom(uid)?.uid === uid ? uid : null);
    const chosen = await train.preferences.find(uid);
    const channel = current.runtime.config.notify.channels.find(({ id }) => id === settings().mailChannel);
    const email = directory.snapshot().person(uid)?.email ?? null;
    const base = learnUrl();
    await tellPerson(
      { subject, text, url: base === null ? null : `${base}${path}` },
      {
        wecom: client === null || userid === null ? null : { client, userid },
        mail:
          !chosen.mail || email === null || email === '' || channel === undefined || !('mail' in channel.by)
            ? null
            : { place: channel.by.mail, to: email },
        language: chosen.language ?? 'zh',
      },
      `training ${uid}`,
    );
    metrics.add('menshen_training_reminders_total');
  };
  const sendDrill: SendDrill = async (uid, { subject, text }, path) => {
    const channel = current.runtime.config.notify.channels.find(({ id }) => id === settings().mailChannel);
    const email = directory.snapshot().person(uid)?.email ?? null;
    const base = learnUrl();
    if (base === null || email === null || channel === undefined || !('mail' in channel.by)) throw new Error('no_receiver');
    const { language } = await train.preferences.find(uid);
    await tellPerson(
      { subject, text, url: `${base}${path}` },
      { wecom: null, mail: { place: channel.by.mail, to: email }, language: language ?? 'zh' },
      // Neither the person nor the drill stands in the headers of the mail.
      'training',
    );
  };
  const train = createTrainService({
    ...{ store, keys, audit, clock, random, settings, send, sendDrill },
    library: openLibrary(),
    directory: () => directory.snapshot(),
    troubles: [alertTroubles(detect), findingTroubles(findings, () => settings().developers)],
    once: (key, ms) => coordination.useNonce(key, ms),
    contestMoved: () => stream.send('contest', {}),
  });

  const wecom = memoized(
    () => app(),
    (found): LearnerWecom | null => {
      const client = found === undefined ? null : providers.messenger(found);
      if (found?.wecom === undefined || client === null) return null;
      return { corpid: found.wecom.corpid, agentid: found.wecom.agentid, client };
    },
  );
  const { listen, publicUrl, trustedProxies } = config.training;
  if (listen !== undefined) {
    const signIn = createLearnerSignIn({
      ...{ sessions: train.sessions, wecom, settings, coordination },
      ofWecom: directory.ofWecom,
      base: () => learnUrl() ?? '',
    });
    server = await startLearnServer({
      ...splitListen(listen),
      ...{ version, metrics, random, trustedProxies, sessions: train.sessions },
      secure: publicUrl?.startsWith('https:') ?? false,
      pageFolder: learnFolder(),
      bound: [
        ...learnHandlers({
          ...{ ...train, signIn, settings, clock },
          directory: () => directory.snapshot(),
          base: () => learnUrl() ?? '',
        }),
        ...drillLearnHandlers({ drills: train.drills, signIn }),
        ...contestLearnHandlers({ contests: train.contests, directory: () => directory.snapshot(), clock }),
      ],
    });
    closers.add(async () => await server?.close());
  }
  return {
    ...{ train, learnUrl },
    async ticket(uid) {
      const base = learnUrl();
      if (base === null) return null;
      const { ticket, expiresAt } = await train.sessions.issueTicket(uid);
      // After the hash: it reaches neither a server's log nor a Referer.
      return { url: `${base}/#ticket=${ticket}`, expiresAt };
    },
  };
}

/** Alerts that nobody has called false: for each, the rule and the person. */
const alertTroubles =
  (detect: Pick<DetectService, 'list'>): TroubleSource =>
  async (since) => {
    const { alerts } = await detect.list({ show: 'all' }, alertsRead, null);
    return alerts
      .filter(({ last, verdict }) => last >= since && verdict !== 'false' && verdict !== 'expected')
      .map(
        ({ rule, title, last, uid }): Trouble => ({
          ...{ kind: 'alert', at: last, uid, role: null },
          names: [{ tag: 'alert', value: rule, label: title }],
        }),
      );
  };

/** Open findings that a scan saw for the first time: each with its rule and weaknesses, for those who write code. */
const findingTroubles =
  (findings: Pick<ScanEvidence, 'open'>, role: () => string): TroubleSource =>
  async (since) =>
    (await findings.open())
      .filter(({ firstSeen }) => firstSeen >= since)
      .map(({ rule, title, cwe, firstSeen }): Trouble => {
        const weaknesses = cwe.map((number) => ({ tag: 'cwe' as const, value: String(number), label: title }));
        return {
          kind: 'finding',
          at: firstSeen,
          uid: null,
          role: role(),
          names: [{ tag: 'rule', value: rule, label: title }, ...weaknesses],
        };
      });
