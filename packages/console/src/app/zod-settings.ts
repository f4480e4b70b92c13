import * as z from 'zod';

/** zod would test for `eval`, which the page's policy forbids and the browser would report. Must run before any schema is made. */
z.config({ jitless: true });
