import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MenshenError } from '@menshen/contract';
import {
  type AuthorizationRequest,
  type CompiledPolicies,
  type Decision,
  type Entity,
  type EntitySource,
  type Explanation,
  entityKey,
  type ListCondition,
  type PolicyInfo,
  type SqlMapping,
  WhatIf,
  type WhatIfReport,
} from '@menshen/policy';
import type { ConfigProblem } from '../config/load.ts';
import { loadPolicySources, type PolicyFile, type PolicySchema, policySchema } from '../config/policies.ts';
import { type DirectorySnapshot, departmentType, userType } from '../directory/snapshot.ts';
import { breathe } from '../gently.ts';
import type { BuiltRuntime } from '../platform/build-runtime.ts';
import type { DecisionMemory } from './decision-memory.ts';
import { writePolicyFiles } from './publish.ts';

/** As long as a comparison holds the event loop at a time. */
const maxPauseMs = 5;

export interface PolicyParts {
  readonly runtime: () => BuiltRuntime;
  /** Folder of the `.cedar` files; null where the configuration names none. */
  readonly folder: () => string | null;
  readonly directory: () => DirectorySnapshot;
  readonly memory: DecisionMemory;
  /** Puts the files that lie there now to work; throws when they cannot be. */
  readonly reload: () => Promise<void>;
}

/** The result of compiling a draft. */
export type Draft =
  | {
      readonly ok: true;
      readonly policies: CompiledPolicies;
      readonly list: readonly PolicyInfo[];
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** A question to the policies from outside the gateway. */
export interface Question {
  readonly request: AuthorizationRequest;
  readonly entities: EntitySource;
}

export interface PolicyService {
  files(): readonly PolicyFile[];
  /** Digest of the files: what a publication must start from. */
  version(): string;
  list(): readonly PolicyInfo[];
  schema(): PolicySchema;
  /** What of the policies in force loads but can hardly be meant. */
  warnings(): readonly ConfigProblem[];
  questions(): Promise<number>;
  check(files: readonly PolicyFile[]): Draft;
  explain(question: Question): Explanation;
  /** A question of the last day by the id of the request that asked it. */
  asked(requestId: string): Promise<Question | null>;
  /** What of the questions of the last day a checked draft would answer otherwise. */
  tryOut(draft: readonly PolicyFile[], policies: CompiledPolicies): Promise<WhatIfReport>;
  /** Writes a checked draft into the folder and puts it to work. Throws MenshenError `conflict` when the files are others by now. */
  publish(files: readonly PolicyFile[], from: string): Promise<string>;
  /** The person of the directory as principal, with a resource that the caller describes. Throws MenshenError `not_found`. */
  question(uid: string, action: string, resource: Entity, context: AuthorizationRequest['context']): Question;
  decide(question: Question): Decision;
  maskedFields(decision: Decision): readonly string[];
  listCondition(
    question: Pick<Question, 'entities'> & { readonly request: Omit<AuthorizationRequest, 'resource'> },
    mapping: Omit<SqlMapping, 'members'>,
    firstPlaceholder: number,
  ): ListCondition;
}

/** The policies as people and backends ask about them. */
export function createPolicyService(parts: PolicyParts): PolicyService {
  const { runtime, directory, memory } = parts;

  const folder = (): string => {
    const at = parts.folder();
    if (at === null) throw new MenshenError('not_found');
    return at;
  };
  const files = (): PolicyFile[] =>
    readdirSync(folder())
      .filter((name) => name.endsWith('.cedar'))
      .sort()
      .map((name) => ({ name, text: readFileSync(join(folder(), name), 'utf8') }));
  const compiled = (): CompiledPolicies => {
    const { policies } = runtime();
    if (policies === null) throw new MenshenError('not_found');
    return policies;
  };
  const versionOf = (all: readonly PolicyFile[]): string => {
    const hash = createHash('sha256');
    for (const { name, text } of all) hash.update(JSON.stringify([name, text]));
    return hash.digest('base64url').slice(0, 22);
  };
  const textsOf = (all: readonly PolicyFile[]): string[] => all.map(({ text }) => text);

  return {
    files,
    version: () => versionOf(files()),
    list: () => compiled().policies,
    schema: () => policySchema(folder(), runtime().config.apps, files()),
    warnings: () => runtime().policyWarnings,
    questions: () => memory.count(),
    check(draft) {
      const loaded = loadPolicySources(draft, policySchema(folder(), runtime().config.apps, draft));
      return loaded.ok ? { ...loaded, list: loaded.policies.policies } : loaded;
    },
    explain: ({ request, entities }) => compiled().explain(request, entities),
    asked: (requestId) => memory.find(requestId, textsOf(files())),
    async tryOut(draft, policies) {
      const comparison = new WhatIf(compiled(), policies, { examples: 5, groups: 200 });
      let since = performance.now();
      for (const question of await memory.recent([...textsOf(files()), ...textsOf(draft)])) {
        comparison.add(question);
        if (performance.now() - since < maxPauseMs) continue;
        // The gateway of this node goes on meanwhile.
        await breathe();
        since = performance.now();
      }
      return comparison.report();
    },
    async publish(draft, from) {
      const before = files();
      if (versionOf(before) !== from) throw new MenshenError('conflict');
      await writePolicyFiles(folder(), before, draft, parts.reload);
      return versionOf(files());
    },
    question(uid, action, resource, context) {
      const snapshot = directory();
      const principal = snapshot.get(userType, uid);
      if (principal === undefined) throw new MenshenError('not_found');
      const key = entityKey(resource.type, resource.id);
      return {
        request: {
          principal: { type: principal.type, id: principal.id },
          action: { type: 'Menshen::Action', id: action },
          resource: { type: resource.type, id: resource.id },
          context,
        },
        // What a backend says of people and departments does not count: the directory knows them.
        entities: {
          get: (type, id) => snapshot.get(type, id) ?? (entityKey(type, id) === key ? resource : undefined),
        },
      };
    },
    decide: ({ request, entities }) => compiled().decideStrict(request, entities),
    maskedFields: (decision) => compiled().maskedFields(decision),
    listCondition({ request, entities }, mapping, firstPlaceholder) {
      const snapshot = directory();
      const members: NonNullable<SqlMapping['members']> = (group, memberType) => {
        const key = entityKey(group.type, group.id);
        const source = memberType === userType ? snapshot.people : memberType === departmentType ? snapshot.departments : null;
        if (source === null) return undefined;
        return [...source.keys()].filter((id) => snapshot.get(memberType, id)?.ancestors.has(key) === true);
      };
      return compiled().listCondition(request, entities, { ...mapping, members }, { firstPlaceholder });
    },
  };
}
