import type { Detector } from '../../detector.ts';
import type { Call, FlowClient } from '../../flow/client.ts';
import { parentOf, unitOf } from '../../flow/links.ts';
import type { Path, State } from '../../flow/state.ts';
import { type Node, stringValue, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import type { Bilingual } from '../../rule.ts';
import { type Analysis, analysisOf, methodOf, receiverOf } from './analysis.ts';
import { reportHit } from './report.ts';
import {
  isCloudAnswer,
  isForDevelopers,
  isInDevelopment,
  isLog,
  isResponse,
  isResponseBody,
  isRouteAnswer,
  isTokenPayload,
} from './responses.ts';
import { type SecretLabel, secretFields, secretSources, secretTexts } from './secret-sources.ts';
import { entryOf, exitOf, statesOf } from './trail.ts';

type SecretSink = 'answer' | 'token' | 'log' | 'collection';

const sinks: Readonly<Record<SecretSink, Bilingual>> = {
  answer: { zh: '返回给客户端的内容', en: 'what the client is answered' },
  token: { zh: '任何人都能读的令牌', en: 'a token that anybody can read' },
  log: { zh: '日志', en: 'a log' },
  collection: { zh: '客户端直接读取的集合', en: 'a collection that the client reads directly' },
};

const rules: Readonly<Record<SecretLabel, Partial<Record<SecretSink, string>>>> = {
  session: { answer: 'MP-SEC-008', token: 'MP-SEC-008', log: 'MP-LOG-001', collection: 'MP-SEC-008' },
  'access-token': { answer: 'MP-SEC-010', log: 'MP-LOG-001' },
  profile: { log: 'MP-LOG-001' },
  error: { answer: 'MP-LOG-002' },
};

/** Secrets of the server that reach the client or a log. */
export const secretFlows: Detector = {
  id: 'secret-flows',
  rules: ['MP-SEC-008', 'MP-SEC-010', 'MP-LOG-001', 'MP-LOG-002'],
  run(context) {
    const analysis = analysisOf(context);
    for (const [label, sources] of secretSources(analysis)) analysis.engine.run(sources, secretClient(analysis, label));
  },
};

function secretClient(analysis: Analysis, label: SecretLabel): FlowClient {
  const hit = (sink: SecretSink, state: State, at: Node): void => {
    const rule = rules[label][sink];
    if (rule === undefined || (label === 'error' && !isRawError(state))) return;
    if (isInDevelopment(at) || statesOf(state).some(({ node }) => isInDevelopment(node))) return;
    // Where a secret left the function that obtained it is where the fault can be mended.
    const place = label === 'session' && sink !== 'log' ? (exitOf(state) ?? at) : at;
    const isCloud = unitOf(at)?.file.place === 'cloud-function';
    const isMeant = label === 'error' && hasOwnMessage(state.source.origin);
    reportHit(analysis, {
      rule,
      state,
      at: place,
      sink: at,
      message: { zh: `${secretTexts[label].zh}进入${sinks[sink].zh}`, en: `${secretTexts[label].en} reaches ${sinks[sink].en}` },
      sinkText: sinks[sink],
      ...(isMeant
        ? { severity: 'info', confidence: 'low' }
        : label === 'error' && isCloud
          ? { severity: 'info', confidence: 'medium' }
          : label === 'profile'
            ? { severity: 'low' }
            : {}),
    });
  };
  return {
    policy: () => ({ load: (name) => secretFields[label].test(name) }),
    onArgument(call, index, path, state) {
      const names = analysis.names(call);
      if (isTokenPayload(names, call, index)) hit('token', state, call);
      if (isResponse(call, index)) hit('answer', state, entryOf(state));
      if (isLog(names, call) && (label !== 'profile' || path.length === 0)) hit('log', state, call);
      if (label === 'session' && keepsInReadCollection(analysis, call, path)) hit('collection', state, entryOf(state));
    },
    onStore(left, path, state) {
      if (isResponseBody(left, path)) hit('answer', state, entryOf(state));
    },
    onReturn(fn, _path, state) {
      if (isCloudAnswer(analysis, fn) || isRouteAnswer(fn)) hit('answer', state, entryOf(state));
    },
  };

  function isRawError(state: State): boolean {
    const text = unitOf(state.node)?.file.text ?? '';
    return !isForDevelopers(state.node, (node) => text.slice(node.start, node.end));
  }
}

/** Whether the `try` throws errors with texts of its own, which are meant to be read. */
function hasOwnMessage(caught: Node): boolean {
  let at: Node | undefined = caught;
  while (at !== undefined && at.type !== 'TryStatement') at = parentOf(at);
  if (at?.type !== 'TryStatement') return false;
  let found = false;
  walk(at.block, (node) => {
    if (node.type === 'ThrowStatement') found = true;
    return !found;
  });
  return found;
}

/** `collection('users').add({ data: { session_key } })` where the mini program reads the same collection. */
function keepsInReadCollection(analysis: Analysis, call: Call, path: Path): boolean {
  if (!/^(?:add|update|set)$/.test(methodOf(call) ?? '') || path[0] !== 'data') return false;
  const name = collectionOf(analysis, call);
  if (name === undefined) return false;
  return analysis.codebase
    .callsNamed('collection')
    .some(
      (other) =>
        other.type === 'CallExpression' &&
        unitOf(other)?.file.place === 'mini-program' &&
        stringValue(other.arguments[0]) === name,
    );
}

function collectionOf(analysis: Analysis, call: Call): string | undefined {
  let at = receiverOf(call);
  for (let depth = 0; at !== undefined && depth < 8; depth += 1) {
    const node = unwrap(at);
    if (node.type !== 'CallExpression') return undefined;
    const argument = node.arguments[0];
    if (methodOf(node) === 'collection') return argument === undefined ? undefined : analysis.engine.resolver.constant(argument);
    at = receiverOf(node);
  }
  return undefined;
}
