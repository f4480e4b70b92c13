/** What the tests use of ldapjs 3, which has no types of its own. */
declare module 'ldapjs' {
  export interface Filter {
    attribute?: string;
    readonly filters?: readonly Filter[];
    matches(attributes: Readonly<Record<string, readonly string[]>>): boolean;
    toString(): string;
  }
  export interface Control {
    readonly type: string;
    readonly value: { readonly size: number; readonly cookie: Uint8Array };
  }
  export interface Request {
    readonly dn: { toString(): string };
    readonly filter: Filter;
    readonly scope: string | number;
    readonly attributes: readonly string[];
    readonly controls: readonly Control[];
    readonly credentials: string;
    readonly connection: { destroy(): void };
  }
  export interface Response {
    addControl(control: unknown): void;
    readonly attributes: string[];
    send(entry: { readonly dn: string; readonly attributes: Readonly<Record<string, unknown>> }): void;
    end(status?: number): void;
  }
  export type Next = (error?: Error) => void;
  export type Handler = (request: Request, response: Response, next: Next) => void;
  export interface Server {
    bind(dn: string, handler: Handler): void;
    search(dn: string, handler: Handler): void;
    listen(port: number, host: string, ready: () => void): void;
    close(done?: () => void): void;
    readonly port: number;
    on(event: string, hear: (error: Error) => void): void;
  }
  const ldap: {
    createServer(options?: { readonly certificate?: string; readonly key?: string }): Server;
    PagedResultsControl: new (options: { readonly value: { readonly size: number; readonly cookie: Uint8Array } }) => unknown;
    InvalidCredentialsError: new () => Error;
    BusyError: new () => Error;
    SizeLimitExceededError: new () => Error;
  };
  // biome-ignore lint/style/noDefaultExport: this is how ldapjs exports itself
  export default ldap;
}
