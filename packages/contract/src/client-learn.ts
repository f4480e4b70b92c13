import * as z from 'zod';

/** Body of `POST learn`: nothing; the session says who asks. */
export const learnRequest = z.strictObject({});

/** Where the mini program opens the page for learners, within a minute and once. */
export const learnAnswer = z.object({ url: z.string(), expiresAt: z.int(), serverTime: z.int() });
