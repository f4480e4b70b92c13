import { fileThreats } from '../../inspection/file-threats.ts';
import { createJudge } from '../../inspection/judge.ts';
import { type Inspected, maxThreats } from '../../inspection/model.ts';
import type { FileJudge } from '../../protect/uploads/file-judge.ts';
import type { RequestContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

/** Makes the judge of a request's files: by the same mode, exceptions and points as other findings. Null where the route's files are not looked at. */
export type JudgeFiles = (context: RequestContext) => FileJudge | null;

export function createJudgeFiles(services: GatewayServices): JudgeFiles {
  const judge = createJudge(services);
  return (context) => {
    const { app, route } = context;
    if (app === null || route === null) return null;
    const rules = services.inspection.rules(app.id, route);
    // Inspection that is off does not open what a route says about its files.
    if (rules.mode === 'off' && route.protection.uploads === null) return null;
    return (findings, { field, actions, renamed, where }) => {
      if (findings.length === 0) return undefined;
      const threats = fileThreats(findings, { field, actions, renamed, threshold: rules.threshold });
      const inspected = judge({ threats, exhausted: false }, rules);
      context.inspected = merged(context.inspected, inspected);
      if (inspected.code === null) return undefined;
      const refusal = refuse('upload_content_refused', `${where}: ${inspected.threats[0]?.features[0]?.rule ?? ''}`);
      return inspected.verdict === 'note' ? { ...refusal, soft: true } : refusal;
    };
  };
}

/** What was found in the request's texts and in its files, gravest first. */
function merged(before: Inspected | null, now: Inspected): Inspected {
  if (before === null) return now;
  const threats = [...before.threats, ...now.threats].sort((a, b) => b.score - a.score);
  const graver = before.code === null ? now : before;
  return {
    ...graver,
    threats: threats.slice(0, maxThreats),
    dropped: before.dropped + now.dropped + Math.max(0, threats.length - maxThreats),
    exhausted: before.exhausted,
  };
}
