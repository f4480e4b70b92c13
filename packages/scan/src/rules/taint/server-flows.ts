import { analyse } from '../../authz/analysis.ts';
import { operatorWrites } from '../../authz/judge/operator-writes.ts';
import type { Place } from '../../authz/machine/value.ts';
import type { Detector } from '../../detector.ts';
import type { FlowClient, LabelPolicy } from '../../flow/client.ts';
import { unitOf } from '../../flow/links.ts';
import type { State } from '../../flow/state.ts';
import type { Node } from '../../parse/ast.ts';
import type { Bilingual } from '../../rule.ts';
import { type Analysis, analysisOf } from './analysis.ts';
import { reportHit } from './report.ts';
import { type ServerSink, serverSinksAt, serverStoresAt } from './server-sinks.ts';
import { type ServerLabel, serverSources, serverTexts } from './server-sources.ts';
import { isUploadField, uploadPlace } from './uploads.ts';

/** Flows that begin with what a caller sends to a backend or a cloud function. */
export const serverFlows: Detector = {
  id: 'server-flows',
  rules: [
    'MP-INJ-001',
    'MP-INJ-002',
    'MP-INJ-003',
    'MP-INJ-004',
    'MP-INJ-006',
    'MP-INJ-007',
    'MP-INJ-008',
    'MP-FIL-001',
    'MP-FIL-002',
    'MP-CLD-001',
    'MP-CLD-005',
    'MP-CLD-007',
    'MP-API-014',
    'MP-TNT-006',
  ],
  run(context) {
    const analysis = analysisOf(context);
    const isOperators = operatorWrites(analyse(context).traces);
    for (const [label, sources] of serverSources(analysis)) {
      if (!analysis.engine.run(sources, serverClient(analysis, label, isOperators)))
        context.project.tell({
          code: 'out-of-time',
          file: '',
          message: { zh: '数据流分析预算用尽', en: 'The budget of the flow analysis was spent' },
        });
    }
  },
};

/** Rules on objects of the request that become rows as they are. */
const wholeRecord: ReadonlySet<string> = new Set(['MP-CLD-005', 'MP-API-014']);

const policies: Readonly<Record<ServerLabel, LabelPolicy>> = {
  // `event.userInfo` and the context of the caller are put there by the platform.
  event: { load: (name) => name !== 'userInfo' && name !== 'tcbContext' },
  request: {},
  upload: { load: (name) => isUploadField(name) },
};

function serverClient(analysis: Analysis, label: ServerLabel, isOperators: (place: Place) => boolean): FlowClient {
  const hit = (sink: ServerSink, state: State): void =>
    reportHit(analysis, {
      rule: sink.rule,
      state,
      at: label === 'upload' ? uploadPlace(state, sink.at) : sink.at,
      sink: sink.at,
      message: messageOf(label, sink.text),
      sinkText: sink.text,
      ...(sink.severity === undefined ? {} : { severity: sink.severity }),
      ...(sink.confidence === undefined ? {} : { confidence: sink.confidence }),
    });
  return {
    policy: () => policies[label],
    onArgument(call, index, path, state, targets) {
      for (const sink of serverSinksAt({ analysis, label, call, index, path, state, targets })) {
        const file = unitOf(call)?.file.path;
        // Whoever runs the shop fills in whole records.
        if (wholeRecord.has(sink.rule) && file !== undefined && isOperators({ file, start: call.start, end: call.end })) continue;
        hit(sink, state);
      }
    },
    onStore(left: Node, path, state) {
      for (const sink of serverStoresAt(left, path, state, label)) hit(sink, state);
    },
  };
}

function messageOf(label: ServerLabel, sink: Bilingual): Bilingual {
  const from = serverTexts[label];
  return { zh: `${from.zh}未经检查到达${sink.zh}`, en: `${from.en} reaches ${sink.en} unchecked` };
}
