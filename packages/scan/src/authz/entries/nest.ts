import type { ClassNode, Decorator, MethodDefinition, Node } from '../../parse/ast.ts';
import { clientParameter, expressRequest, koaContext, responseValue } from '../libraries/requests.ts';
import { classMember, instanceOf } from '../machine/classes.ts';
import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { loadModule } from '../machine/modules.ts';
import type { Entry } from '../machine/trace.ts';
import { type ClassRef, identityValue, lookupIn, origin, unknown, type Value } from '../machine/value.ts';
import { isAdminName, isGuardName, isIdentityMember } from '../names.ts';
import { prisma } from '../store/libraries.ts';
import { ormModel } from '../store/orm.ts';
import type { Runnable } from './runnable.ts';

interface Decorated {
  readonly name: string;
  readonly args: readonly Node[];
}

/** Name and arguments of a decorator: `@Get('x')`. */
export function decorated(decorators: readonly Decorator[] | undefined): Decorated[] {
  return (decorators ?? []).map((decorator) => {
    const call = decorator.expression.type === 'CallExpression' ? decorator.expression : undefined;
    const callee = call ? call.callee : decorator.expression;
    return {
      name:
        callee.type === 'Identifier'
          ? callee.name
          : callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
            ? callee.property.name
            : '',
      args: call?.arguments ?? [],
    };
  });
}

const verbs = /^(Get|Post|Put|Delete|Patch|All|Head|Options)$/;
const open = /^(Public|SkipAuth|NoAuth|AllowAnon|AllowAnonymous|IsPublic|Anonymous|Open)/i;

function textOf(node: Node | undefined): string {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral') return node.quasis[0]?.value.raw ?? '';
  if (node?.type === 'ArrayExpression') return textOf(node.elements[0] ?? undefined);
  return '';
}

/** Controllers of Nest: decorators give the routes, guards and parameters; constructors name what is injected. */
export function nestEntries(m: Machine, file: string): Runnable[] {
  loadModule(m, file);
  const globalGuard = m.sources.files.some(
    (path) => /\.(module|main)\.ts$|(^|\/)main\.ts$/.test(path) && /APP_GUARD|useGlobalGuards/.test(m.sources.text(path)),
  );
  const found: Runnable[] = [];
  for (const cls of m.classes.values()) {
    if (cls.module.file !== file) continue;
    const own = decorated(cls.node.decorators);
    const controller = own.find((one) => one.name === 'Controller');
    if (!controller) continue;
    const prefix = textOf(controller.args[0]);
    for (const member of cls.node.body.body) {
      if (member.type !== 'MethodDefinition' || member.kind !== 'method' || member.key.type !== 'Identifier') continue;
      const decorators = decorated(member.decorators);
      const route = decorators.find((one) => verbs.test(one.name));
      if (!route) continue;
      const guards = [...own, ...decorators].filter(
        (one) => one.name === 'UseGuards' || isGuardName(one.name) || /^Roles?$/.test(one.name),
      );
      const isPublic = [...own, ...decorators].some((one) => open.test(one.name));
      const path = `/${prefix}/${textOf(route.args[0])}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
      const entry: Entry = {
        kind: 'http',
        framework: 'nest',
        name: `${route.name.toUpperCase()} ${path}`,
        method: route.name.toLowerCase(),
        path,
        file,
        place: { file, start: member.start, end: member.end },
        admin: isAdminName(path) || isAdminName(file),
        route: { file, start: member.start, end: member.start + 1 },
      };
      const roles = guards.some((one) =>
        /role|admin|perm|acl/i.test(one.name + one.args.map((arg) => (arg.type === 'Identifier' ? arg.name : '')).join(' ')),
      );
      found.push({
        entry,
        run: (machine) => {
          if (!machine.trace) return;
          machine.trace.authenticated = !isPublic && (guards.length > 0 || globalGuard);
          const req = expressRequest(machine);
          machine.request.req = req;
          machine.request.ctx = koaContext(machine, { path, framework: 'koa' });
          const instance = nestInstance(machine, cls, 0);
          const name = member.key.type === 'Identifier' ? member.key.name : '';
          const method = classMember(machine, cls, name, instance);
          if (method?.callable?.kind !== 'closure') return;
          const site = { node: member as Node, args: [], place: entry.place };
          if (roles) machine.guards.push({ left: identityValue, place: entry.place, name: 'roles' });
          callClosure(machine, method.callable, argumentsOf(machine, member, req), site, instance);
        },
      });
    }
  }
  return found;
}

function argumentsOf(m: Machine, member: MethodDefinition, req: Value): Value[] {
  return member.value.params.map((param) => {
    const inner = param as Node & { decorators?: readonly Decorator[] };
    const first = decorated(inner.decorators)[0];
    const place = m.trace ? { file: m.trace.entry.file, start: param.start, end: param.end } : undefined;
    const name = first && textOf(first.args[0]) !== '' ? textOf(first.args[0]) : undefined;
    if (!first) return unknown;
    switch (first.name) {
      case 'Body':
      case 'Query':
      case 'Param':
      case 'Headers':
      case 'UploadedFile':
      case 'UploadedFiles':
        return name
          ? clientParameter(name, place)
          : {
              flags: 0,
              shape: { props: new Map<string, Value>(), rest: { flags: origin.client }, list: false, places: new Map() },
            };
      case 'Req':
      case 'Request':
        return req;
      case 'Res':
      case 'Response':
        return responseValue(m);
      default:
        return isIdentityMember(first.name.replace(/^(Get|Current|Req|Auth|Login)/, '')) ||
          /user|auth|account|member|openid|session|jwt|payload|identity/i.test(first.name)
          ? { ...identityValue, field: first.name, from: place ?? { file: '', start: 0, end: 0 } }
          : unknown;
    }
  });
}

/** An object whose constructor's parameters are filled by their types. */
export function nestInstance(m: Machine, cls: ClassRef, depth: number): Value {
  const key = `nest:${cls.module.file}#${cls.node.id?.name ?? ''}`;
  const known = m.instances.get(key);
  if (known) return known;
  const instance = instanceOf(m, cls);
  m.instances.set(key, instance);
  if (depth > 5) return instance;
  for (let c: ClassRef | undefined = cls; c; c = c.parent?.callable?.kind === 'class' ? c.parent.callable : undefined) {
    for (const [name, value] of injected(m, c, depth))
      if (!instance.shape?.props.has(name)) instance.shape?.props.set(name, value);
  }
  // `@Init()` of Midway prepares an object for each request.
  for (const member of cls.node.body.body) {
    if (
      member.type !== 'MethodDefinition' ||
      member.key.type !== 'Identifier' ||
      !decorated(member.decorators).some((one) => one.name === 'Init')
    )
      continue;
    const init = classMember(m, cls, member.key.name, instance);
    if (init?.callable?.kind === 'closure')
      callClosure(
        m,
        init.callable,
        [],
        { node: member, args: [], place: { file: cls.module.file, start: member.start, end: member.end } },
        instance,
      );
  }
  return instance;
}

interface Typed {
  readonly typeAnnotation?: { readonly typeAnnotation?: TypeReference };
  readonly decorators?: readonly Decorator[];
}
interface TypeReference {
  readonly typeName?: { readonly name?: string };
  readonly typeParameters?: { readonly params?: readonly TypeReference[] };
  readonly typeArguments?: { readonly params?: readonly TypeReference[] };
}

function injected(m: Machine, cls: ClassRef, depth: number): (readonly [string, Value])[] {
  const out: (readonly [string, Value])[] = [];
  const add = (name: string, type: TypeReference | undefined, decorators: readonly Decorator[] | undefined): void => {
    const value = injectedValue(m, cls, type, decorators, depth);
    if (value) out.push([name, value]);
  };
  for (const member of (cls.node as ClassNode).body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
      for (const param of member.value.params) {
        const inner = param.type === 'TSParameterProperty' ? param.parameter : param;
        if (inner.type === 'Identifier')
          add(
            inner.name,
            (inner as Typed).typeAnnotation?.typeAnnotation,
            (param as Typed).decorators ?? (inner as Typed).decorators,
          );
      }
    }
    if (member.type === 'PropertyDefinition' && !member.value && member.key.type === 'Identifier')
      add(member.key.name, (member as Typed).typeAnnotation?.typeAnnotation, member.decorators);
  }
  return out;
}

function injectedValue(
  m: Machine,
  cls: ClassRef,
  type: TypeReference | undefined,
  decorators: readonly Decorator[] | undefined,
  depth: number,
): Value | undefined {
  const marks = decorated(decorators);
  const repository = marks.find((one) => /^Inject(Repository|Model|EntityModel)$/.test(one.name));
  const name = type?.typeName?.name ?? '';
  if (name === 'Context') return m.request.ctx;
  if (repository || /^(Repository|Model|ReturnModelType|MongoRepository|TreeRepository)$/.test(name)) {
    const arg = repository?.args[0];
    const argName =
      arg?.type === 'Identifier'
        ? arg.name
        : arg?.type === 'MemberExpression' && arg.object.type === 'Identifier'
          ? arg.object.name
          : textOf(arg);
    const generic = (type?.typeParameters ?? type?.typeArguments)?.params?.[0]?.typeName?.name;
    return ormModel(m, {
      table: (argName || generic || '').replace(/(Entity|Document|Model)$/, ''),
      statics: new Map(),
      columns: [],
    });
  }
  if (/prisma/i.test(name)) return prisma(m);
  const target = lookupIn(cls.scope, name);
  if (target?.callable?.kind === 'class') return nestInstance(m, target.callable, depth + 1);
  return undefined;
}
