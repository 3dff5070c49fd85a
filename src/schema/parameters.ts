import Type from 'typebox';
import { Override } from './override.ts';
import { AccountId, Reason, RoleName } from './primitives.ts';

export const closed = { additionalProperties: false } as const;
export const DryRun = Type.Optional(
  Type.Boolean({ description: 'true or false: answer with the plan and write nothing' }),
);
export const ExportFormat = Type.Enum(['ndjson', 'csv'], { default: 'ndjson', description: 'ndjson or csv' });
const IfMatch = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'the ETag that the role must have, or * for any',
  }),
);
export const IdempotencyKey = Type.Optional(
  Type.String({
    pattern: '^[ -~]{1,255}$',
    description: 'a key of 1 to 255 printable ASCII characters, the same in every retry',
  }),
);
export const role = { accountId: AccountId, roleName: RoleName };
export const write = {
  reason: Type.Optional(Reason),
  override: Type.Optional(
    Type.Array(Override, {
      maxItems: 10,
      description: 'the code of a refusal to override; it may repeat, up to 10 times',
    }),
  ),
  dryRun: DryRun,
  ifMatch: IfMatch,
  idempotencyKey: IdempotencyKey,
};
