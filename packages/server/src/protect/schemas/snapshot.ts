import { SchemaError } from '@menshen/inspect';
import { routeKeyOf, type TypedRequest, typedRequest } from '../route-protection.ts';
import type { RouteSchemas, SchemaVersion } from './model.ts';

/** A learned version that requests are held to. */
export interface LearnedRequest extends TypedRequest {
  readonly version: number;
}

/** What the data plane needs of learned schemas: those in force, and those that are only tried. */
export interface LearnedSnapshot {
  readonly approved: ReadonlyMap<string, LearnedRequest>;
  readonly proposed: ReadonlyMap<string, LearnedRequest>;
}

export const nothingLearned: LearnedSnapshot = { approved: new Map(), proposed: new Map() };

/** Compiles schemas that were learned or edited. Throws SchemaError. */
export function compileLearned(schemas: RouteSchemas, name: string): TypedRequest {
  return typedRequest({ ...schemas, dialect: 'json-schema', bodyTexts: false }, name);
}

/** Compiles the live versions; `failed` hears of one that cannot be compiled any more, which then is not in force. */
export function learnedSnapshot(versions: readonly SchemaVersion[], failed: (version: SchemaVersion) => void): LearnedSnapshot {
  const approved = new Map<string, LearnedRequest>();
  const proposed = new Map<string, LearnedRequest>();
  for (const version of versions) {
    try {
      const key = routeKeyOf(version.app, version.route);
      const compiled = { ...compileLearned(version.schemas, key), version: version.version };
      (version.state === 'approved' ? approved : proposed).set(key, compiled);
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      failed(version);
    }
  }
  return { approved, proposed };
}
