import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '@menshen/contract';
import type { EventStream } from '../api/stream.ts';
import type { DetectService } from '../detect/service.ts';
import { compileRanges, plainAddress } from '../gateway/address.ts';
import type { LiveSigner } from '../keys/proofs/live-signer.ts';
import { type MailPlace, sendMail } from '../notify/channels/smtp.ts';
import { ChannelError } from '../notify/model.ts';
import { type PersonalWays, tellPerson } from '../notify/personal.ts';
import { isEnded } from '../respond/incidents/model.ts';
import type { IncidentService } from '../respond/incidents/service.ts';
import type { ScanEvidence } from '../scans/evidence.ts';
import type { SendReminder } from '../train/assignments/service.ts';
import { alertTroubles, findingTroubles, incidentTroubles } from '../train/assignments/trouble-sources.ts';
import { type MailToSend, mailHeader } from '../train/bounces/service.ts';
import { startSmtpIntake } from '../train/bounces/smtp-intake.ts';
import { bulletinLearnHandlers } from '../train/bulletins/routes.ts';
import type { BulletinWays } from '../train/bulletins/service.ts';
import { contestLearnHandlers } from '../train/contests/routes.ts';
import { openLibrary } from '../train/courses/library.ts';
import { drillMail } from '../train/drills/mail.ts';
import { drillLearnHandlers } from '../train/drills/routes.ts';
import type { SendDrill } from '../train/drills/service.ts';
import { labLearnHandlers } from '../train/labs/routes.ts';
import { createSandboxes } from '../train/labs/sandbox-process.ts';
import { learnHandlers } from '../train/learn/routes.ts';
import { type LearnServer, startLearnServer } from '../train/learn/server.ts';
import { createLearnerSignIn, type LearnerWecom } from '../train/learn/sign-in.ts';
import { createTrainService, type TrainService } from '../train/service.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { memoized } from './memoized.ts';
import type { People } from './people.ts';
import { startRounds } from './rounds.ts';
import { splitListen } from './split-listen.ts';

export interface Training {
  readonly train: TrainService;
  /** Address of the page for employees; null where none is served. */
  readonly learnUrl: () => string | null;
  /** Port on which returned mail is taken; null where it is not. */
  readonly returnedMailPort: () => number | null;
  /** A ticket with which somebody who has a session at the gateway opens the page; null where none is served. */
  readonly ticket: (uid: string) => Promise<{ readonly url: string; readonly expiresAt: number } | null>;
}

export interface TrainingRooms {
  readonly people: Pick<People, 'providers' | 'directory' | 'identity'>;
  readonly detect: Pick<DetectService, 'list'>;
  readonly findings: Pick<ScanEvidence, 'open'>;
  readonly incidents: { readonly service: Pick<IncidentService, 'peek' | 'appendToTimeline' | 'list'> };
  readonly stream: Pick<EventStream, 'send'>;
  /** Signs certificates. */
  readonly signer: LiveSigner;
  readonly version: string;
}

const workMs = 1_000;
/** A mail server that does not answer keeps no close waiting: what was not sent has a lease that runs out. */
const partingMs = 3_000;

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
  { people, detect, findings, incidents, stream, signer, version }: TrainingRooms,
): Promise<Training> {
  const { store, keys, audit, coordination, metrics, clock, random } = foundation;
  const { directory, identity, providers } = people;
  const settings = () => current.runtime.config.training;
  const app = () => {
    const { apps, training } = current.runtime.config;
    return apps.find(({ id, wecom }) => wecom !== undefined && (training.app === undefined || training.app === id));
  };
  let server: LearnServer | null = null;
  let returnedTo: number | null = null;
  const learnUrl = (): string | null =>
    server === null ? null : (settings().publicUrl?.replace(/\/+$/, '') ?? `http://localhost:${server.port}`);

  /** The server of a mail channel, with its own files found. */
  const mailPlace = (wanted: string | undefined): MailPlace | null => {
    const channel = current.runtime.config.notify.channels.find(({ id }) => id === wanted);
    if (channel === undefined || !('mail' in channel.by)) return null;
    const { mail } = channel.by;
    return mail.ca === undefined ? mail : { ...mail, ca: resolve(current.folder, mail.ca) };
  };
  const emailOf = (uid: string): string | null => directory.snapshot().person(uid)?.email || null;
  /** WeCom's application and the person's id there; null where there is no such way. */
  const wecomWay = async (uid: string): Promise<PersonalWays['wecom']> => {
    const wecomApp = app();
    const client = wecomApp === undefined ? null : providers.messenger(wecomApp);
    const bound = (await identity.identitiesOf(uid)).find(
      ({ channel, provider }) => channel === 'wecom' && provider === wecomApp?.wecom?.corpid,
    );
    const userid = bound?.subject ?? (directory.ofWecom(uid)?.uid === uid ? uid : null);
    return client === null || userid === null ? null : { client, userid };
  };
  const mailWay = (uid: string): PersonalWays['mail'] => {
    const [place, to] = [mailPlace(settings().mailChannel), emailOf(uid)];
    return place === null || to === null ? null : { place, to };
  };
  /** Sends by mail so that it is known when it comes back. */
  const marked = (way: PersonalWays['mail'], mail: Omit<MailToSend, 'address'>): PersonalWays['mail'] =>
    way === null
      ? null
      : {
          ...way,
          async mark() {
            const { token, returnPath } = await train.bounces.mark({ ...mail, address: way.to });
            return { headers: { [mailHeader]: token }, returnPath };
          },
        };
  const send: SendReminder = async (uid, { course, subject, text, path }) => {
    const { mail: wanted, language } = await train.preferences.find(uid);
    const base = learnUrl();
    const way = wanted ? mailWay(uid) : null;
    const givenUp = way !== null && (await train.mailboxes.isGivenUp(uid, way.to));
    try {
      await tellPerson(
        { subject, text, url: base === null ? null : `${base}${path}` },
        {
          ...{ wecom: await wecomWay(uid), language: language ?? 'zh' },
          mail: givenUp ? null : marked(way, { uid, kind: 'reminder', ref: course }),
        },
        `training ${uid}`,
      );
    } catch (error) {
      if (error instanceof ChannelError && error.bounced && way !== null)
        await train.mailboxes.giveUp(uid, train.mailboxes.keyOf(way.to), null, clock());
      throw error;
    }
    metrics.add('menshen_training_reminders_total');
  };
  const bulletinWays = async (uid: string): Promise<BulletinWays> => {
    const [wecomOf, mail, { language }] = [await wecomWay(uid), mailWay(uid), await train.preferences.find(uid)];
    return {
      ...{ wecom: wecomOf !== null, email: mail?.to ?? null },
      send: (message, by, ref) =>
        tellPerson(
          message,
          {
            ...{ wecom: by.wecom ? wecomOf : null, language: language ?? 'zh' },
            mail: by.mail ? marked(mail, { uid, kind: 'bulletin', ref }) : null,
          },
          'bulletin',
        ),
    };
  };
  const sendDrill: SendDrill = async (uid, text, sender, token) => {
    const place = mailPlace(sender.channel ?? settings().mailChannel);
    const email = emailOf(uid);
    if (server === null || email === null || place === null) throw new Error('no_receiver');
    const { language } = await train.preferences.find(uid);
    await sendMail(place, drillMail(text, sender, email, token, language ?? 'zh'));
  };
  const train = createTrainService({
    ...{ store, keys, audit, metrics, clock, random, settings, send, sendDrill, signer },
    library: openLibrary(),
    directory: () => directory.snapshot(),
    bulletins: {
      base: learnUrl,
      channels: () => {
        const found = app();
        const wecomThere = found !== undefined && providers.messenger(found) !== null;
        return { wecom: wecomThere, mail: mailPlace(settings().mailChannel) !== null };
      },
      ways: bulletinWays,
      incidents: {
        async isOpen(id) {
          const found = await incidents.service.peek(id);
          return found === null ? null : !isEnded(found.state);
        },
        async warned(id, count, title) {
          await incidents.service.appendToTimeline(id, {
            ...{ kind: 'note', by: 'menshen', path: '/bulletins' },
            text: { zh: `向 ${count} 人发出安全警示：${title.zh}`, en: `${count} people were warned: ${title.en}` },
          });
        },
      },
    },
    troubles: [
      alertTroubles(detect),
      findingTroubles(findings, () => settings().developers),
      incidentTroubles(incidents.service, detect, () => settings().developers),
    ],
    once: (key, ms) => coordination.useNonce(key, ms),
    contestMoved: () => stream.send('contest', {}),
    startSandbox: createSandboxes(
      resolve(config.data, 'labs'),
      (text) => process.stderr.write(`${text.trimEnd()}\n`),
      Date.now(),
    ),
    countLab: (event) => metrics.add('menshen_training_labs_total', `event="${event}"`),
    among: foundation.shared ? { node: foundation.node, broadcast: coordination.broadcast } : null,
    version,
  });
  closers.add(() => train.labs.close());
  metrics.gauge('menshen_training_lab_sandboxes', 'Sandboxes of labs that run on this node.', () => train.labs.running());

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
      drillHosts: () => settings().drills.senders.map(({ url }) => new URL(url).host),
      secure: publicUrl?.startsWith('https:') ?? false,
      pageFolder: learnFolder(),
      bound: [
        ...learnHandlers({
          ...{ ...train, signIn, settings, clock },
          directory: () => directory.snapshot(),
          base: () => learnUrl() ?? '',
        }),
        ...labLearnHandlers({ ...train, clock }),
        ...bulletinLearnHandlers({ bulletins: train.bulletins, signIn }),
        ...drillLearnHandlers({ drills: train.drills, signIn, base: () => learnUrl() ?? '' }),
        ...contestLearnHandlers({ contests: train.contests, directory: () => directory.snapshot(), clock }),
      ],
    });
    closers.add(async () => await server?.close());
  }
  const { bounces } = config.training;
  if (bounces.listen !== undefined) {
    const allowed = compileRanges(bounces.from);
    const intake = await startSmtpIntake({
      ...splitListen(bounces.listen),
      ...{
        name: 'menshen',
        allows: (address) => allowed(plainAddress(address)),
        expects: train.bounces.expects,
        take: train.bounces.take,
      },
    });
    returnedTo = intake.port;
    closers.add(() => intake.close());
  }
  for (const work of [() => train.bulletins.work(), () => train.labs.work()])
    closers.add(startRounds(workMs, work, () => metrics.add('menshen_maintenance_failures_total'), partingMs));
  return {
    ...{ train, learnUrl, returnedMailPort: () => returnedTo },
    async ticket(uid) {
      const base = learnUrl();
      if (base === null) return null;
      const { ticket, expiresAt } = await train.sessions.issueTicket(uid);
      // After the hash: it reaches neither a server's log nor a Referer.
      return { url: `${base}/#ticket=${ticket}`, expiresAt };
    },
  };
}
