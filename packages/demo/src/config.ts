import { join } from 'node:path';
import type { ConfigInput } from '@menshen/contract';
import { couponApp } from './config/coupon-app.ts';
import { portalApp } from './config/portal-app.ts';
import { demoPurposes } from './config/privacy.ts';
import { demoAccounts } from './credentials.ts';

export interface DemoPorts {
  readonly gateway: number;
  readonly console: number;
}

export interface DemoOperations {
  /** Public key (PEM) of who signs the portal's releases. */
  readonly releaseKey: string;
  /** The age identity that opens the backups, and its recipient. */
  readonly backup: { readonly identity: string; readonly recipient: string };
}

export interface DemoConfigOptions {
  readonly ports: DemoPorts;
  /** Folder of everything that Menshen keeps on disk. */
  readonly dataDir: string;
  readonly emulatorUrl: string;
  readonly backendUrl: string;
  /** What the company's own people have set up beside: source code is scanned, releases are signed, the data is backed up and the backups are tried. */
  readonly operations?: DemoOperations;
}

const root = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '..' : '../..');

/** Folder of the demonstration's Cedar policies and their schema. */
export const demoPolicies: string = join(root, 'policies');

/** Folder with the source code that is scanned: the company's mini program, and a shop that a contractor handed in, full of faults. */
export const demoSources: string = root;

/** Below {@link demoSources}: the mini program whose releases are signed. */
export const demoMiniprogram = 'miniprogram';

const scans: NonNullable<ConfigInput['scans']> = {
  root: demoSources,
  sources: [
    { app: 'portal', project: 'miniprogram', folder: demoMiniprogram },
    { app: 'coupon', project: 'contractor-shop', folder: 'vulnerable-miniprogram' },
  ],
};

/** All lies on one disk here, and the identity with the data: in production, neither. */
const recovery = (dataDir: string, { identity, recipient }: DemoOperations['backup']): NonNullable<ConfigInput['recovery']> => ({
  recipients: [recipient],
  ship: { to: { folder: `${dataDir}-second-place` }, everySeconds: 10, keepDays: 1 },
  backups: { folder: join(dataDir, 'backups'), keepDays: 7, keepCount: 3 },
  drill: { identity },
});

/** Where the documentation addresses are that the actor's phones have. */
export const demoPlaces: string = join(root, 'addresses.csv');

/**
 * The configuration of `npm start`: gateway and console on loopback, the employee portal and the coupon campaign in front of the
 * demonstration backend. `examples/menshen.yaml` is the same as a file for people.
 */
export function demoConfig({ ports, dataDir, emulatorUrl, backendUrl, operations }: DemoConfigOptions): ConfigInput {
  const portal = portalApp(emulatorUrl, backendUrl);
  return {
    data: dataDir,
    environment: 'development',
    gateway: {
      listen: `127.0.0.1:${ports.gateway}`,
      // The actor speaks for many phones behind a proxy on this machine. In production, this names your load balancers and nothing else.
      trustedProxies: ['127.0.0.1/32'],
    },
    // One link is to be enough to look around. In production, three accounts and second factors.
    console: {
      listen: `127.0.0.1:${ports.console}`,
      operators: 'single',
      secondFactor: 'optional',
      singleOperatorDelaySeconds: 10,
    },
    store: 'file:menshen.db',
    coordination: 'memory:',
    policies: demoPolicies,
    addressPlaces: demoPlaces,
    sms: { provider: 'tencent', ...demoAccounts.sms, apiBase: emulatorUrl },
    notify: {
      channels: [{ id: 'security-group', by: { wecomRobot: { key: demoAccounts.securityGroup.key, apiBase: emulatorUrl } } }],
    },
    privacy: { purposes: demoPurposes },
    ...(operations === undefined ? {} : { scans, recovery: recovery(dataDir, operations.backup) }),
    // Three ports above the console, so that `--port-base` moves it too.
    training: {
      listen: `127.0.0.1:${ports.console + 3}`,
      authorizeUrl: `${emulatorUrl}/connect/oauth2/authorize`,
      scanUrl: `${emulatorUrl}/wwlogin/sso/login`,
      issuer: { zh: '鼎泰云商信息安全部', en: 'Dingtai Information Security' },
      labs: { enabled: true },
    },
    apps: [
      operations === undefined ? portal : { ...portal, release: { keys: [operations.releaseKey] } },
      couponApp(emulatorUrl, backendUrl),
    ],
  };
}
