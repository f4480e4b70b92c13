import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { labId } from '../lab-model.ts';
import { courseId } from '../training-course.ts';
import { bilingual } from './common.ts';

const count = z.object({ lab: labId, passed: z.number() });

/** Labs as the security team sees them: how many people have tried and passed, in groups that are large enough; nobody by name. */
export const listTrainingLabs = defineEndpoint({
  id: 'listTrainingLabs',
  method: 'GET',
  path: '/api/v1/training/labs',
  group: 'training',
  summary: {
    zh: '动手实验：各部门通过情况与运行中的实验环境',
    en: 'Labs: who passes, by department, and the sandboxes that run',
  },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({
    enabled: z.boolean(),
    /** Sandboxes of this node: how many may run at once, how many do, and for how long one may. */
    atOnce: z.number(),
    running: z.number(),
    minutes: z.number(),
    minimumGroup: z.number(),
    people: z.number(),
    labs: z.array(
      z.object({
        id: labId,
        title: bilingual,
        summary: bilingual,
        courses: z.array(z.object({ id: courseId, title: bilingual })),
        /** People of all who learn; null where they are fewer than may be shown. */
        tried: z.number().nullable(),
        passed: z.number().nullable(),
      }),
    ),
    groups: z.array(
      z.object({
        department: z.string().nullable(),
        name: z.string(),
        people: z.number(),
        labs: z.array(count),
      }),
    ),
  }),
  errors: [],
});
