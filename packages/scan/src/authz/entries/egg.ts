import { eggApp, eggRoot, serviceContainer } from '../libraries/containers.ts';
import { eggRouter, routerOf } from '../libraries/routers.ts';
import { callClosure, invoke } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import { unknown, type Value } from '../machine/value.ts';
import { placeOfClosure, siteOf } from './runnable.ts';

/** Calls the routers of an Egg application: the index first, then the files that it does not reach. */
export function registerEggRoutes(m: Machine): void {
  const root = eggRoot(m);
  if (root === undefined) return;
  const base = root === '' ? '' : `${root}/`;
  const routers = m.sources.files.filter(
    (file) => file.startsWith(`${base}app/router`) && /\/router(\.[jt]s|\/.+\.[jt]s)$/.test(file),
  );
  const isIndex = (file: string): boolean => file === `${base}app/router.js` || file === `${base}app/router.ts`;
  for (const file of [...routers.filter(isIndex), ...routers.filter((one) => !isIndex(one))]) {
    if (routerOf(eggRouter(m))?.registrations.some((one) => one.place.file === file)) continue;
    const exported = loadModule(m, file);
    const main = exported.shape?.props.get('default') ?? exported;
    if (main.callable?.kind !== 'closure') continue;
    m.entrySteps = 0;
    callClosure(m, main.callable, [eggApp(m)], siteOf(placeOfClosure(main.callable)), undefined);
  }
}

/** Middleware that Egg's configuration switches on for every route, in order. */
export function eggMiddleware(m: Machine): { name: string; value: Value; options: Value | undefined }[] {
  const root = eggRoot(m);
  if (root === undefined) return [];
  const base = root === '' ? '' : `${root}/`;
  const found: { name: string; value: Value; options: Value | undefined }[] = [];
  for (const file of m.sources.files) {
    if (!file.startsWith(`${base}config/config.default`) && !file.startsWith(`${base}config/config.prod`)) continue;
    const exported = loadModule(m, file);
    let config = exported.shape?.props.get('default') ?? exported;
    if (config.callable?.kind === 'closure') {
      m.entrySteps = 0;
      config = callClosure(
        m,
        config.callable,
        [{ flags: 32, handle: { kind: 'app-info' } }],
        siteOf(placeOfClosure(config.callable)),
        undefined,
      );
    }
    for (const element of config.shape?.props.get('middleware')?.shape?.props.values() ?? []) {
      if (typeof element.literal !== 'string' || found.some((one) => one.name === element.literal)) continue;
      const name = element.literal;
      const container = serviceContainer(m, 'middleware', undefined);
      const factory = container?.handle?.get?.(name, container);
      if (!factory?.callable) continue;
      const options = config.shape?.props.get(name);
      m.entrySteps = 0;
      const value = invoke(m, factory, [options ?? unknown, eggApp(m)], siteOf({ file, start: 0, end: 0 }), undefined);
      found.push({ name, value, options });
    }
  }
  return found;
}

/** `match` and `ignore` of Egg's middleware options. */
export function applies(options: Value | undefined, path: string): boolean {
  const test = (value: Value | undefined): boolean | undefined => {
    if (!value) return undefined;
    const items = value.shape?.list ? [...value.shape.props.values()] : [value];
    const texts = items.map((item) => item.literal).filter((text) => typeof text === 'string');
    return texts.length === 0 ? undefined : texts.some((text) => path.startsWith(text));
  };
  if (options?.shape?.props.get('enable')?.literal === false) return false;
  const match = test(options?.shape?.props.get('match'));
  if (match !== undefined) return match;
  return !(test(options?.shape?.props.get('ignore')) ?? false);
}
