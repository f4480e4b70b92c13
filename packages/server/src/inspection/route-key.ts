/** Names a route of an app in one text. App ids hold no space. */
export const routeKey = (app: string, route: string): string => `${app} ${route}`;
