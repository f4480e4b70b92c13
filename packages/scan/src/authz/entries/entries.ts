import { beforeRun, type Machine, tolerant } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry, Trace } from '../machine/trace.ts';
import { actionTableEntries } from './action-table.ts';
import { cloudEntries, cloudObjectEntries } from './cloud.ts';
import { registerEggRoutes } from './egg.ts';
import { runFactories } from './factories.ts';
import { nestEntries } from './nest.ts';
import { isNextRoute, nextEntries } from './next.ts';
import { addNamedRoutes, routeEntries } from './routes.ts';
import type { Runnable } from './runnable.ts';
import { thinkEntries } from './think.ts';

const serverText = /express|koa|egg|fastify|Router\(|router\.|think\.|@Controller|@nestjs/;

/** Functions that are handed to a platform: LeanCloud, Deno and Supabase, tRPC. */
const platformText =
  /\bCloud\.define\s*\(|\bDeno\.serve\s*\(|\bserve\s*\(\s*async|\b(?:initTRPC|createTRPCRouter|\w*[pP]rocedure)\b/;

/** Everything that the outside can start, found by loading the modules that define it. */
export function findEntries(m: Machine, serverFiles: readonly string[]): Runnable[] {
  const found: Runnable[] = [];
  for (const file of serverFiles) tolerant(() => entriesOf(m, file, found));
  tolerant(() => runFactories(m, serverFiles));
  tolerant(() => registerEggRoutes(m));
  tolerant(() => found.push(...routeEntries(m)));
  found.push(...m.procedures);
  return found;
}

function entriesOf(m: Machine, file: string, found: Runnable[]): void {
  const text = m.sources.text(file);
  if (/exports\.main\b|export\s+(async\s+)?(function|const)\s+main\b|exports\.main_handler/.test(text))
    found.push(...cloudEntries(m, file, text));
  if (/(?:^|\/)routes?\.[jt]s$/.test(file)) found.push(...actionTableEntries(m, file, text));
  if (platformText.test(text)) loadModule(m, file);
  if (isNextRoute(file)) found.push(...nextEntries(m, file));
  if (/\.obj\.[jt]s$/.test(file)) found.push(...cloudObjectEntries(m, file));
  if (
    serverText.test(text) &&
    /\.(get|post|put|delete|patch|use|all|resources|route|register)\s*(<|\()/.test(text) &&
    !/(^|\/)app\/(controller|service|model|middleware|extend)\//.test(file)
  )
    loadModule(m, file);
  if (/(^|\/)controllers?\/.+\.[jt]s$/.test(file) && /class\b/.test(text)) found.push(...thinkEntries(m, file));
  if (/@Controller\s*\(/.test(text)) found.push(...nestEntries(m, file));
  if (/['"`](GET|POST|PUT|DELETE|PATCH) \//.test(text)) addNamedRoutes(m, file);
}

export function newTrace(entry: Entry): Trace {
  return {
    entry,
    accesses: [],
    effects: [],
    replies: [],
    decisions: [],
    overrides: [],
    branches: [],
    middleware: [],
    called: new Set(),
    guards: [],
    authenticated: false,
    incomplete: false,
  };
}

/** Runs one entry point from a clean state. */
export function runEntry(m: Machine, runnable: Runnable): Trace {
  const trace = newTrace(runnable.entry);
  Object.assign(m, beforeRun(), { trace });
  m.instances.clear();
  m.active.clear();
  m.results.length = 0;
  let finished = false;
  tolerant(() => {
    runnable.run(m);
    finished = true;
  });
  // What was seen until then still counts.
  if (!finished) trace.incomplete = true;
  m.trace = undefined;
  return trace;
}
