import type { ConfigInput, LabId } from '@menshen/contract';

type AppInput = NonNullable<ConfigInput['apps']>[number];
type RouteInput = NonNullable<AppInput['routes']>[number];

/** A sandbox's configuration without the protection that its lab is about, and with it. */
export interface LabSettings {
  readonly before: ConfigInput;
  readonly after: ConfigInput;
}

const claims = 'POST /api/claims';
const announcements = /^(GET|POST) \/api\/announcements(\/|$)/;

/** The demonstration's configuration as a lab has it: nothing listens but gateway and console, and no limit of rates hides what is to be seen. */
export function labSettings(lab: LabId, demo: ConfigInput): LabSettings {
  const { training: _, ...rest } = demo;
  const base: ConfigInput = {
    ...rest,
    apps: (demo.apps ?? []).map((app) => ({ ...app, routes: (app.routes ?? []).map(({ limit: _limit, ...route }) => route) })),
  };
  switch (lab) {
    case 'stolen-login':
      return {
        before: withApp(base, 'portal', (app) => ({ ...app, stepUp: { threshold: null } })),
        // Whoever learns at night is no risk of the lab's.
        after: withApp(base, 'portal', (app) => ({ ...app, stepUp: { threshold: 3, night: null } })),
      };
    case 'tampered-coupon': {
      // The guard is to stop it, and not the schema of the body.
      const trusting = withApp(base, 'coupon', (app) => withRoute(app, (match) => match === claims, anyAmount));
      return { before: withApp(trusting, 'coupon', ({ campaigns: _campaigns, ...app }) => app), after: trusting };
    }
    case 'stored-script':
      return {
        before: withApp(base, 'portal', (app) =>
          withRoute(
            app,
            (match) => announcements.test(match),
            ({ richText: _rich, ...route }) => ({ ...route, inspect: { mode: 'off' } }),
          ),
        ),
        after: base,
      };
  }
}

function withApp(config: ConfigInput, id: string, change: (app: AppInput) => AppInput): ConfigInput {
  return { ...config, apps: (config.apps ?? []).map((app) => (app.id === id ? change(app) : app)) };
}

function withRoute(app: AppInput, which: (match: string) => boolean, change: (route: RouteInput) => RouteInput): AppInput {
  return { ...app, routes: (app.routes ?? []).map((route) => (which(route.match) ? change(route) : route)) };
}

function anyAmount(route: RouteInput): RouteInput {
  const { schema } = route;
  if (typeof schema !== 'object') return route;
  const properties = { ...(schema['properties'] as Record<string, unknown>), amountCents: { type: 'integer', minimum: 1 } };
  return { ...route, schema: { ...schema, properties } };
}
