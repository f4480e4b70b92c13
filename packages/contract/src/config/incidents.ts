import * as z from 'zod';
import { isTimeZone } from './words.ts';

const minutes = (usual: number) => z.int().min(1).max(525_600).default(usual);
const line = (limit: number) =>
  z
    .string()
    .max(limit)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);

/** Within how many minutes of detection somebody must have taken an incident up, contained it, and brought everything back. */
const target = (triage: number, contain: number, recover: number) =>
  z
    .strictObject({ triageMinutes: minutes(triage), containMinutes: minutes(contain), recoverMinutes: minutes(recover) })
    .refine((of) => of.triageMinutes <= of.containMinutes && of.containMinutes <= of.recoverMinutes, {
      message: 'triage before containment before recovery',
    })
    .prefault({});

/** What China's rules on reporting tell apart (国家网络安全事件报告管理办法, article 4). */
export const operatorKinds = ['cii', 'state_organ', 'other'] as const;
export const operatorKind = z.enum(operatorKinds);
export type OperatorKind = z.output<typeof operatorKind>;

const contact = z.strictObject({ name: line(60).default(''), phone: line(40).default(''), email: line(254).default('') });

/** Who has the duties to report, for the heads of reports and to know which deadlines hold. */
const operatorSchema = z
  .strictObject({
    /** All that fit: with several the shortest deadline counts. */
    kinds: z
      .array(operatorKind)
      .min(1)
      .max(operatorKinds.length)
      .refine((kinds) => new Set(kinds).size === kinds.length, 'each once')
      .default(['other']),
    name: line(100).default(''),
    /** 统一社会信用代码. */
    creditCode: z
      .string()
      .regex(/^([0-9A-HJ-NP-RT-UW-Y]{18})?$/)
      .default(''),
    address: line(200).default(''),
    /** Who answers the authority's questions. */
    contact: contact.prefault({}),
    /** Whom affected persons may ask; the contact above when empty. */
    personsContact: contact.prefault({}),
    /** Authorities by their names here: the provincial office of cyberspace, the department that protects the CII, the own cyber office, police. */
    provincialCac: line(100).default(''),
    protectionDepartment: line(100).default(''),
    cyberOffice: line(100).default(''),
    police: line(100).default(''),
  })
  .prefault({});

/** Incidents, and the duties to report them. */
export const incidentsSchema = z.strictObject({
  /** Alerts of this severity and above become incidents by themselves; `never` leaves all to people. */
  openFrom: z.enum(['low', 'medium', 'high', 'critical', 'never']).default('high'),
  /** What concerns the same person, device, address, session or campaign within so many hours is one incident. */
  mergeHours: z.int().min(0).max(720).default(24),
  /** What the same rule finds within so many minutes is one incident, whoever it concerns. */
  mergeRuleMinutes: z.int().min(0).max(1_440).default(60),
  sla: z
    .strictObject({
      critical: target(15, 120, 1_440),
      high: target(60, 480, 4_320),
      medium: target(480, 4_320, 10_080),
      low: target(1_440, 10_080, 43_200),
    })
    .prefault({}),
  evidence: z
    .strictObject({
      /** Of one file, in bytes. */
      fileBytes: z.int().min(1_024).max(16_777_216).default(8_388_608),
      /** Files of one incident. */
      files: z.int().min(1).max(500).default(100),
    })
    .prefault({}),
  /**
   * What legal deadlines run from: `detected`, when a machine saw it, which is the cautious reading of 发现或获知; `aware`, when a person knew. A decision
   * of the company.
   */
  dutiesFrom: z.enum(['detected', 'aware']).default('detected'),
  operator: operatorSchema,
  /** Of months, and of times in reports. */
  timeZone: z.string().max(64).refine(isTimeZone, 'an IANA time zone such as "Asia/Shanghai"').default('Asia/Shanghai'),
  /** Days for which a closed incident is kept with its evidence. */
  keepDays: z.int().min(180).max(36_500).default(1_095),
});
export type IncidentsConfig = z.output<typeof incidentsSchema>;
