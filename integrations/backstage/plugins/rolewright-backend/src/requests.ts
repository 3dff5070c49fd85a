import { RolewrightError } from 'backstage-plugin-rolewright-node';
import { z } from 'zod';

// Closed: whoever names an account or a role is told that this has no effect. Rolewright checks the rest.

const entityRef = z.string().min(1).max(500);

const overview = z.strictObject({ entityRef });

const extend = z.strictObject({
  entityRef,
  clusters: z
    .array(z.strictObject({ region: z.string().max(64), name: z.string().max(100) }))
    .min(1)
    .max(100),
  reason: z.string().max(1024).optional(),
  dryRun: z.boolean(),
  idempotencyKey: z.string().min(1).max(128).optional(),
});

export const parseOverview = (query: unknown): z.infer<typeof overview> => parse(overview, query);
export const parseExtend = (body: unknown): z.infer<typeof extend> => parse(extend, body);

function parse<T>(schema: z.ZodType<T>, given: unknown): T {
  const { data, error } = schema.safeParse(given);
  if (!error) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'The request';
  throw new RolewrightError('INVALID_INPUT', 400, {
    message: `${where} is invalid: ${issue?.message ?? 'it cannot be read'}.`,
    remedy: 'Correct the request.',
  });
}
