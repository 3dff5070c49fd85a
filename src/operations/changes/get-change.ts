import { Change, GetChangeInput } from '../../schema/change.ts';
import { defineOperation } from '../call/operation.ts';
import { requireChange } from './require-change.ts';

export const change = defineOperation({
  name: 'change',
  tag: 'Changes',
  summary: 'Gets one change.',
  permission: ['read', 'audit'],
  concerns: 'CHANGE',
  kind: 'QUERY',
  input: GetChangeInput,
  output: Change,
  run: (deps, { id }) => requireChange(deps, id),
});
