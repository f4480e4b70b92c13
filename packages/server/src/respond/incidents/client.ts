import { type Bilingual, type incidentApi, MenshenError } from '@menshen/contract';
import type * as z from 'zod';
import type { Coordination } from '../../coordination/model.ts';
import type { Session } from '../../identity/model.ts';
import { incidentName } from './model.ts';
import type { IncidentService } from './service.ts';

type Report = z.output<typeof incidentApi.incidentReport>;

const dayMs = 86_400_000;
/** Reports of one person in a day: more is noise, or somebody who makes it. */
const perDay = 5;

const signs: Readonly<Record<Report['sign'], Bilingual>> = {
  phishing: { zh: '收到可疑信息或来电', en: 'A suspicious message or call' },
  strange_login: { zh: '账号出现陌生登录', en: 'A login that was not theirs' },
  lost_device: { zh: '手机或电脑丢失', en: 'A lost phone or computer' },
  data_leak: { zh: '发现资料外泄', en: 'Data where it should not be' },
  odd_behaviour: { zh: '应用表现异常', en: 'An app that behaves oddly' },
  other: { zh: '其他可疑情况', en: 'Something else that looks wrong' },
};

export interface ClientIncidents {
  /** Throws `incident_reports_exhausted` for a person who has reported too often today, `not_permitted` for customers. */
  report(session: Pick<Session, 'app' | 'person'>, report: Report): Promise<z.input<typeof incidentApi.incidentReported>>;
}

export interface ClientIncidentParts {
  readonly incidents: Pick<IncidentService, 'openIncident'>;
  readonly coordination: Pick<Coordination, 'counter'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** The ear for people in the mini program. It is for those who work for the company: customers have the company's own ways. */
export function createClientIncidents({ incidents, coordination, clock, random }: ClientIncidentParts): ClientIncidents {
  return {
    async report({ app, person }, { sign, text, occurred }) {
      if (person.kind === 'customer') throw new MenshenError('not_permitted');
      const now = clock();
      const { count } = await coordination.counter.increment(`incident-report:${person.uid}`, dayMs, 1);
      if (count > perDay) throw new MenshenError('incident_reports_exhausted');
      const { number } = await incidents.openIncident({
        source: { kind: 'report', ref: `r_${Buffer.from(random(16)).toString('base64url')}` },
        // A lost device and foreign logins cannot wait until somebody has read the words.
        severity: sign === 'lost_device' || sign === 'strange_login' || sign === 'data_leak' ? 'high' : 'medium',
        ...{ title: signs[sign], text: { zh: text, en: text }, by: 'person', detected: now },
        occurred: occurred === undefined || occurred > now ? null : occurred,
        subjects: [
          { kind: 'reporter', value: person.uid },
          { kind: 'app', value: app },
        ],
      });
      return { number, name: incidentName(number) };
    },
  };
}
