import * as z from 'zod';

/** A WebSocket route (docs/decisions/0034): who may open it, and what may come through. */
export const socketSchema = z.strictObject({
  /** Pages that may open it besides mini programs, as a browser says `Origin`. */
  origins: z
    .array(z.string().regex(/^https?:\/\/[a-z0-9.-]{1,253}(:\d{1,5})?$/, 'scheme, host and port, such as https://example.com'))
    .max(20)
    .default([]),
  /** Of the client's messages; a longer one ends the socket. */
  maxMessageBytes: z.int().min(1).max(1_048_576).default(65_536),
  /** Of the client, on average; as many may come at once. */
  messagesPerSecond: z.int().min(1).max(1_000).default(20),
  /** A socket on which nothing is said for so long is closed. */
  idleSeconds: z.int().min(1).max(3_600).default(120),
  /** No socket lives longer. */
  maxSeconds: z.int().min(10).max(86_400).default(28_800),
  /** At a time: of one session (of one address where there is none), and of the route. */
  perSession: z.int().min(1).max(100).default(5),
  connections: z.int().min(1).max(100_000).default(1_000),
  /** Whether binary messages pass. Of them only what is text is inspected. */
  binary: z.boolean().default(false),
});

export type SocketConfig = z.output<typeof socketSchema>;
