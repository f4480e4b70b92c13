import { readFileSync } from 'node:fs';
import type { Config } from '@menshen/contract';
import { defaultScanLimits, listInterfaces } from '@menshen/scan';
import { parse } from 'yaml';
import * as z from 'zod';
import { folderTree } from '../../scans/folder-tree.ts';
import type { ProbeAccounts, ProbeRoute } from '../../scans/probe/model.ts';
import {
  mergeRoutes,
  RouteListError,
  routesOfGateway,
  routesOfOpenApi,
  routesOfSource,
  routesOfTraffic,
} from '../../scans/probe/routes.ts';
import { type CommandInput, textOption, UsageError } from '../command.ts';

const headers = z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), z.string().min(1).max(8_000));
const token = z.string().min(1).max(8_000);
const account = z.union([token, z.strictObject({ headers })]);
const parameters = z.record(z.string().max(100), z.union([z.string().max(200), z.number()]).transform(String));

const accountsFile = z.strictObject({
  a: account.optional(),
  b: account.optional(),
  admin: account.optional(),
  /** Values of parameters: objects of account A, and of account B. */
  values: z.strictObject({ a: parameters.default({}), b: parameters.default({}) }).prefault({}),
});

export interface ProbeInputs {
  readonly accounts: ProbeAccounts;
  readonly values: { readonly a: Readonly<Record<string, string>>; readonly b: Readonly<Record<string, string>> };
}

/** Test accounts from a file or the environment, never from the command line, where every process of the machine sees them. */
export function readAccounts(values: CommandInput['values'], environment: NodeJS.ProcessEnv): ProbeInputs {
  const file = textOption(values, 'accounts');
  const read = file === undefined ? {} : jsonOf(file, '--accounts');
  const parsed = accountsFile.safeParse(read);
  if (!parsed.success)
    throw new UsageError({
      zh: '--accounts 应为 {"a":"令牌","b":"令牌","admin":"令牌","values":{"a":{"参数":"值"},"b":{}}}。',
      en: '--accounts must be {"a":"TOKEN","b":"TOKEN","admin":"TOKEN","values":{"a":{"PARAMETER":"VALUE"},"b":{}}}.',
    });
  const of = (name: 'a' | 'b' | 'admin') => {
    const given = parsed.data[name] ?? environment[`MENSHEN_PROBE_TOKEN_${name.toUpperCase()}`];
    if (given === undefined || given === '') return null;
    return typeof given === 'string' ? { authorization: /^\S+ \S/.test(given) ? given : `Bearer ${given}` } : given.headers;
  };
  return { accounts: { a: of('a'), b: of('b'), admin: of('admin') }, values: parsed.data.values };
}

/** Interfaces from wherever they were named: an OpenAPI document, source, the gateway's routes, activity. */
export function readRoutes(values: CommandInput['values'], config: Config, app: string | undefined): ProbeRoute[] {
  const lists: ProbeRoute[][] = [];
  const [openapi, source, traffic] = [textOption(values, 'openapi'), textOption(values, 'source'), textOption(values, 'traffic')];
  try {
    if (openapi !== undefined) lists.push(routesOfOpenApi(parse(textOf(openapi, '--openapi'), { maxAliasCount: 100 })));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!(error instanceof RouteListError) && !(error instanceof Error && error.name.startsWith('YAML'))) throw error;
    throw new UsageError({ zh: '--openapi 不是 OpenAPI 3 文档。', en: '--openapi is no OpenAPI 3 document.' });
  }
  if (source !== undefined) lists.push(routesOfSource(listInterfaces(folderTree(source, defaultScanLimits.maxTextBytes))));
  if (traffic !== undefined) lists.push(routesOfTraffic(textOf(traffic, '--traffic').split('\n')));
  if (values['gateway'] === true) {
    const known = config.apps.filter(({ id }) => app === undefined || id === app);
    lists.push(known.flatMap(({ routes }) => routesOfGateway(routes)));
  }
  if (lists.length === 0)
    throw new UsageError({
      zh: '请用 --openapi、--source、--traffic 或 --gateway 说明有哪些接口。',
      en: 'Say which interfaces there are, with --openapi, --source, --traffic or --gateway.',
    });
  const routes = mergeRoutes(lists);
  if (routes.length === 0) throw new UsageError({ zh: '没有找到任何接口。', en: 'No interface was found.' });
  return routes;
}

function textOf(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError({ zh: `读不到 ${option} 的文件。`, en: `The file of ${option} cannot be read.` });
  }
}

function jsonOf(file: string, option: string): unknown {
  try {
    return JSON.parse(textOf(file, option)) as unknown;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError({ zh: `${option} 不是 JSON。`, en: `${option} is no JSON.` });
  }
}
