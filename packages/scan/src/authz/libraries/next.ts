import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { recordReply } from '../machine/record.ts';
import { compact, type Handle, identityValue, native, object, origin, unknown, type Value } from '../machine/value.ts';
import { clientParameter, expressRequest } from './requests.ts';

/** What reads one thing of the request by its name: search parameters, cookies, headers, form fields. */
function named(kind: string, extra = 0): Value {
  return {
    flags: origin.client | extra,
    handle: {
      kind,
      get: (name) => {
        if (/^(get|getAll|has)$/.test(name))
          return native(name, (args, site) => {
            const value = clientParameter(textOf(args[0]), site.place, extra);
            return kind === 'cookies' ? compact({ ...value, shape: object([['value', value]]).shape }) : value;
          });
        if (name === 'size' || name === 'set' || name === 'delete') return native(name, () => unknown);
        return undefined;
      },
    },
  };
}

const textOf = (value: Value | undefined): string | undefined => (typeof value?.literal === 'string' ? value.literal : undefined);

/** The body as a whole; its members are the caller's choice under their own names. */
function body(): Value {
  return {
    flags: 0,
    shape: { props: new Map(), rest: { flags: origin.client }, list: false, places: new Map() },
    handle: { kind: 'body' },
  };
}

/** The address of the request: `new URL(request.url)` gives the same. */
export function requestUrl(): Value {
  return {
    flags: origin.client,
    handle: { kind: 'request-url', get: (name) => (name === 'searchParams' ? named('search') : undefined) },
  };
}

/** `NextRequest`, and the `Request` that every route handler receives. */
export function webRequest(m: Machine): Value {
  const express = expressRequest(m);
  const handle: Handle = {
    kind: 'request',
    get: (name, self) => {
      switch (name) {
        case 'json':
        case 'formData':
        case 'text':
          return native(name, () => (name === 'formData' ? named('form') : body()));
        case 'url':
        case 'nextUrl':
          return requestUrl();
        case 'cookies':
          return named('cookies', origin.cookie);
        case 'headers':
          return express.handle?.get?.('headers', self)
            ? { ...named('headers', origin.cookie), handle: headerHandle(express) }
            : undefined;
        case 'body':
        case 'query':
        case 'params':
          return undefined;
        default:
          return express.handle?.get?.(name, self);
      }
    },
  };
  return { flags: 0, shape: { props: new Map(), rest: undefined, list: false, places: new Map() }, handle };
}

/** `headers.get(name)`: what the platform or our gateway sets is trusted, as in Express. */
function headerHandle(express: Value): Handle {
  return { kind: 'headers', get: (name) => (name === 'get' ? express.handle?.get?.('get', express) : undefined) };
}

/** The second argument of a handler: `{ params }`, in newer versions a promise of them. */
export const routeContext = (): Value => object([['params', body()]]);

/** `NextResponse.json(data)`, `Response.json(data)`, `new Response(data)`: what leaves. */
export function webResponse(m: Machine): Value {
  const reply = (name: string): Value =>
    native(name, (args, site) => {
      if (args[0]) recordReply(m, args[0], site.node);
      return { flags: 0, handle: { kind: 'web-response', get: () => native('set', () => unknown) } };
    });
  return {
    ...reply('Response'),
    handle: { kind: 'web-response-class', get: (name) => (name === 'json' ? reply(name) : native(name, () => unknown)) },
  };
}

/** A session of a library: its owner is verified, and `getSession()` by any of its names gives it. */
const session = (names: RegExp, name: string): Value | undefined =>
  names.test(name) ? native(name, (_args, site) => ({ ...identityValue, field: 'session', from: site.place })) : undefined;

/** `NextAuth(options)` gives `auth`, which is a function that tells the session, and wraps handlers as well. */
function nextAuth(m: Machine): Value {
  return native('NextAuth', () =>
    object([
      [
        'auth',
        native('auth', (args, site) => {
          const inner = args[0];
          if (inner?.callable?.kind === 'closure') return inner;
          return { ...identityValue, field: 'session', from: site.place };
        }),
      ],
      ['handlers', unknown],
      [
        'signIn',
        native('signIn', (args, site) =>
          args[0]?.callable?.kind === 'closure' ? callClosure(m, args[0].callable, [], site, undefined) : unknown,
        ),
      ],
    ]),
  );
}

const sessionPackages: Readonly<Record<string, RegExp>> = {
  'next-auth': /^(getServerSession|getSession|unstable_getServerSession)$/,
  'next-auth/next': /^(getServerSession|unstable_getServerSession)$/,
  'next-auth/react': /^getSession$/,
  'next-auth/jwt': /^getToken$/,
  '@clerk/nextjs': /^(auth|currentUser|getAuth)$/,
  '@clerk/nextjs/server': /^(auth|currentUser|getAuth)$/,
  '@auth0/nextjs-auth0': /^getSession$/,
  'iron-session': /^getIronSession$/,
  jose: /^(jwtVerify|jwtDecrypt)$/,
};

/** Packages of the Next.js world; undefined for all others. */
export function nextPackage(m: Machine, name: string): Value | undefined {
  if (name === 'next/server') return pack(name, (member) => (member === 'NextResponse' ? webResponse(m) : undefined));
  if (name === 'next/headers')
    return pack(name, (member) =>
      member === 'cookies'
        ? native(member, () => named('cookies', origin.cookie))
        : member === 'headers'
          ? native(member, () => ({ ...named('headers', origin.cookie), handle: headerHandle(expressRequest(m)) }))
          : undefined,
    );
  const names = sessionPackages[name];
  if (!names) return undefined;
  const value = pack(name, (member) => session(names, member));
  return name === 'next-auth'
    ? { ...value, ...(nextAuth(m) as { callable: NonNullable<Value['callable']> }), handle: value.handle as Handle }
    : value;
}

function pack(name: string, get: (member: string) => Value | undefined): Value {
  return { flags: 0, handle: { kind: 'package', data: name, get: (member) => get(member) } };
}
